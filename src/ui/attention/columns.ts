/** Columns of the attention panel: a run at a step, without and with its intervention. */
import { useRef } from 'react';
import { changesNothing, type Intervention, NO_INTERVENTION } from '../../experiment/interventions';
import type { ForwardPass } from '../../experiment/records/forwardPass';
import type { Frame } from '../../experiment/records/frame';
import { NO_RUN_INTERVENTION, type RunIntervention } from '../../session/client/interventions/interventionStore';
import type { RunView } from '../../session/client/store/labSnapshot';
import { indexAt } from './timeline';

export interface ColumnView {
	run: RunView;
	/** Text after the run's name, if it is in two columns. */
	role: string;
	/** The latest probe, or that of the chosen step; null if nothing is recorded. */
	frame: Frame | null;
	/** The forward pass that `frame` is from; null if it was recorded. */
	baseline: ForwardPass | null;
	/** The forward pass with the intervention; null without one, or before its answer. */
	intervened: ForwardPass | null;
	/** Changes to mark on the maps; none at an earlier step. */
	intervention: Intervention;
}

/** A column at the latest step. Recorded probes are exact and free; forward passes are for own texts and interventions. */
export function liveColumn(run: RunView, text: string | null, state: RunIntervention = NO_RUN_INTERVENTION): ColumnView {
	const { intervention } = state;
	const result = state.question?.text === text ? state.result : null;
	const changed = !changesNothing(intervention);
	const baseline = result && (text !== null || changed || !run.maps) ? result.baseline : null;
	const intervened = changed && result ? result.intervened : null;
	return { run, role: '', frame: baseline?.frame ?? run.maps, baseline, intervened, intervention };
}

/** Each run's last recorded probe that is not after the step. Unpacked once per step. */
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
		// A shorter track was rewound, or belongs to another run.
		if (kept && kept.frame.step === frames.steps[index] && kept.count <= frames.steps.length) {
			kept.count = frames.steps.length;
			return kept.frame;
		}
		const frame = frames.at(index);
		unpacked.current.set(info.id, { count: frames.steps.length, frame });
		return frame;
	});
}

/** A run's column at an earlier step, at which interventions are not possible. */
export const recordedColumn = (run: RunView, frame: Frame | null): ColumnView => ({
	run,
	role: '',
	frame,
	baseline: null,
	intervened: null,
	intervention: NO_INTERVENTION,
});

/** One run twice: without and with its intervention. */
export const besideItself = (column: ColumnView): ColumnView[] => [
	{ ...column, role: ', original', intervened: null },
	{ ...column, role: ', changed', frame: column.intervened?.frame ?? null, baseline: column.intervened, intervened: null },
];
