/** Numbers of each layer at each position, one grid per method: the paper's Fig. 19. Plain functions. */
import type { RunStyle } from '../../../experiment/methods/descriptor';
import type { Frame } from '../../../experiment/records/frame';
import { lastAt } from '../../../session/client/runs/kept';
import type { RunView } from '../../../session/client/store/labSnapshot';
import { type FrameMeasure, positionValues } from '../../measures/positionMeasures';
import { chartGroups } from '../groups';
import type { Grid } from './grid';

export interface PositionGrid extends Grid {
	group: string;
	label: string;
	style: RunStyle;
	seed: number;
	/** Updates done. */
	step: number;
	tokens: readonly string[];
}

/** Steps of the probes of all runs, ascending. */
export const probedSteps = (runs: readonly RunView[]): number[] =>
	[...new Set(runs.flatMap(({ frames }) => frames.steps))].sort((a, b) => a - b);

/** Seeds whose runs have probes. */
export const probedSeeds = (runs: readonly RunView[]): number[] =>
	[...new Set(runs.flatMap(({ info, frames }) => (frames.steps.length > 0 ? [info.seed] : [])))].sort((a, b) => a - b);

/** The measure of one run per group: of the seed, or else of its first run with probes, at its last probe up to `step` (null = the latest). */
export function positionGrids(runs: readonly RunView[], name: FrameMeasure['name'], seed: number, step: number | null): PositionGrid[] {
	return chartGroups(runs).flatMap(({ group, label, style, runs: members }) => {
		const probed = members.filter(({ frames }) => frames.steps.length > 0);
		const run = probed.find(({ info }) => info.seed === seed) ?? probed[0];
		const frame = run && frameAt(run, step);
		if (!frame) return [];
		return [{ group, label, style, seed: run.info.seed, step: frame.step, tokens: frame.tokens, ...gridOf(frame, name) }];
	});
}

function frameAt({ frames, maps }: RunView, step: number | null): Frame | null {
	if (step === null) return maps;
	const index = lastAt(frames.steps, step);
	return index < 0 ? null : frames.at(index);
}

function gridOf(frame: Frame, name: FrameMeasure['name']): Grid {
	const { layers, length } = frame;
	const values = new Float32Array(layers * length);
	for (let layer = 0; layer < layers; layer++) values.set(positionValues(frame, name, layer), layer * length);
	return { rows: layers, columns: length, values };
}
