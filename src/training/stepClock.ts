/** Times a run's steps on the GPU, as far as the host can tell. Owns the run's mean step time. */
export class StepClock {
	/** Mean of the latest steps; null before the first. */
	secondsPerStep: number | null = null;
	/** When the GPU's last known work ended, ms. */
	private busyUntilTime = 0;

	/** Starts timing a step that is submitted now. Call the result when the step has finished: it returns the step's seconds. */
	start(): () => number {
		const submitted = performance.now();
		return () => {
			const now = performance.now();
			const seconds = (now - Math.max(submitted, this.busyUntilTime)) / 1000;
			this.busyUntilTime = now;
			// Averages times, not rates: results that arrive together seem to take no time, and one such rate would dominate the mean.
			this.secondsPerStep = this.secondsPerStep === null ? seconds : 0.9 * this.secondsPerStep + 0.1 * seconds;
			return seconds;
		};
	}

	/** The GPU worked for another run until `time` (ms, performance.now()), which does not count as this run's. */
	busyUntil(time: number): void {
		this.busyUntilTime = Math.max(this.busyUntilTime, time);
	}
}
