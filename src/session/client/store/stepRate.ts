/** Steps per second over the last ten seconds. */
export class Pace {
	private marks: { time: number; done: number }[] = [];

	/** Resets the pace, after a pause or when other runs start. */
	reset(): void {
		this.marks = [];
	}

	/** Notes that `done` steps were done at `time` (milliseconds). */
	note(time: number, done: number): void {
		const last = this.marks[this.marks.length - 1];
		if (last && done < last.done) this.reset();
		if (last && time - last.time < 200) return;
		this.marks.push({ time, done });
		while (this.marks.length > 2 && time - this.marks[0].time > 10_000) this.marks.shift();
	}

	/** Steps of all runs together per second of wall-clock time; null until a second has passed. */
	stepsPerSecond(): number | null {
		const first = this.marks[0];
		const last = this.marks[this.marks.length - 1];
		if (!first || last.time - first.time < 1000 || last.done <= first.done) return null;
		return (1000 * (last.done - first.done)) / (last.time - first.time);
	}
}
