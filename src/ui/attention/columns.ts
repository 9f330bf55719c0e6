/** What each column of the attention panel shows: which run, at which step, untouched and touched. */

import { useRef } from 'react';
import { changesNothing } from '../../experiment/intervention';
import type { ForwardPass } from '../../experiment/records/forwardPass';
import type { Frame } from '../../experiment/records/frame';
import { NO_RUN_INTERVENTION, type RunIntervention } from '../../session/client/interventions/interventionStore';
import type { RunView } from '../../session/client/store/labSnapshot';
import { indexAt } from './timeline';

export interface ColumnView {
	run: RunView;
	/** Words after the run's name, where it is in two columns. */
	role: string;
	/** The run as it is, or as it was at the chosen step; null where nothing is recorded. */
	frame: Frame | null;
	/** The forward pass that `frame` is from; null where it was recorded. */
	reading: ForwardPass | null;
	/** What the intervention makes of it; null where there is none, or no answer yet. */
	touched: ForwardPass | null;
}

/** A column at the latest step: recorded probes are exact and free, looks are for own texts and interventions. */
export function liveColumn(run: RunView, text: string | null, state: RunIntervention = NO_RUN_INTERVENTION): ColumnView {
	const look = state.question?.text === text ? state.result : null;
	const intervened = !changesNothing(state.intervention);
	const reading = look && (text !== null || intervened || !run.maps) ? look.baseline : null;
	return { run, role: '', frame: reading?.frame ?? run.maps, reading, touched: intervened && look ? look.intervened : null };
}

/** What the chosen step shows of each run: its nearest recorded probe that is not later. Unpacked once a step. */
export function useRecorded(runs: readonly RunView[], step: number | null): (Frame | null)[] {
	const unpacked = useRef(new Map<string, { count: number; frame: Frame }>());
	if (step === null) {
		unpacked.current.clear();
		return runs.map(({ maps }) => maps);
	}
	return runs.map(({ info, frames }) => {
		const index = indexAt(frames.steps, step);
		if (index < 0) return null;
		const kept = unpacked.current.get(info.id);
		// A track that became shorter has been rewound, or is another run's.
		if (kept && kept.frame.step === frames.steps[index] && kept.count <= frames.steps.length) {
			kept.count = frames.steps.length;
			return kept.frame;
		}
		const frame = frames.at(index);
		unpacked.current.set(info.id, { count: frames.steps.length, frame });
		return frame;
	});
}

/** A run's column at an earlier step, where nothing can be touched. */
export const recordedColumn = (run: RunView, frame: Frame | null): ColumnView => ({
	run,
	role: '',
	frame,
	reading: null,
	touched: null,
});

/** One run twice: as it is, and as the intervention makes it. */
export const besideItself = (column: ColumnView): ColumnView[] => [
	{ ...column, role: ', untouched', touched: null },
	{ ...column, role: ', touched', frame: column.touched?.frame ?? null, reading: column.touched, touched: null },
];
