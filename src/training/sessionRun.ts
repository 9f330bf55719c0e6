import type { Run } from './run';

/**
 * A run's state in its session:
 *
 *     waiting    has steps to take, but no place on the device
 *     scheduled  is kept on the device, and takes steps
 *     leaving    is being removed: takes no further step
 *     ended      has finished or diverged
 */
export type RunPhase = 'waiting' | 'scheduled' | 'leaving' | 'ended';

export interface SessionRun {
	readonly run: Run;
	phase: RunPhase;
	/** In mode `step`, the number of updates at which the run stops. */
	targetStep: number;
	/** A measurement or a change of λ in progress. The run takes no step until it settles. */
	exclusive: Promise<unknown> | null;
}

export const sessionRun = (run: Run): SessionRun => ({ run, phase: restingPhase(run), targetStep: 0, exclusive: null });

/** The phase of a run that has no place on the device. */
export const restingPhase = ({ state }: Run): RunPhase => (state === 'training' ? 'waiting' : 'ended');

/** True if the run has steps to take. */
export const isUnfinished = ({ phase }: SessionRun): boolean => phase === 'waiting' || phase === 'scheduled';
