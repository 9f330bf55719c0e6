/** The place at which runs' maps differ most: the run to compare with, layer, head and recorded step. Plain functions. */
import type { AttentionMaps } from '../../experiment/records/frame';
import { firstTokenShare, mapOffset } from './firstToken';

/** What is compared: attention to the first token, or whole rows. */
export type Compared = 'first' | 'rows';

/** Recorded probes of a run. */
export interface Probes {
	/** Ascending. */
	steps: readonly number[];
	at(index: number): AttentionMaps;
}

export interface MapPlace {
	/** Index of the run whose map differs from the first run's. */
	run: number;
	layer: number;
	head: number;
	step: number;
}

export interface MapDifference extends MapPlace {
	/** Share of attention, from 0 to 1. */
	by: number;
}

/** Another place, or a step before the last, must differ by this factor more: what is open changes seldom. */
const CLEARLY = 1.25;
/** Most probabilities that are read: the steps are thinned out evenly, and the last is kept. */
const MOST_READ = 4e6;

/** Difference of one head's maps: of the first token's shares, or of rows, as the mean share of attention that goes to other tokens. */
export function differenceBetween(a: AttentionMaps, b: AttentionMaps, layer: number, head: number, compared: Compared): number {
	if (compared === 'first') return Math.abs(firstTokenShare(b, layer, head) - firstTokenShare(a, layer, head));
	const { length } = a;
	const from = mapOffset(a, layer, head);
	let sum = 0;
	for (let i = from; i < from + length * length; i++) sum += Math.abs(a.probabilities[i] - b.probabilities[i]);
	return sum / 2 / length;
}

/**
 * Where a run's maps differ most from those of the first run, at a step that both have recorded. The last common step is
 * preferred, and so is the place that is open already. Null if no two runs have maps of one shape at one step.
 *
 * @param runs the run that the others are compared with comes first
 */
export function mostDifferent(runs: readonly Probes[], compared: Compared, open: MapPlace | null = null): MapDifference | null {
	const [base, ...others] = runs;
	let best: MapDifference | null = null;
	let kept: MapDifference | null = null;
	for (const [i, other] of others.entries()) {
		const steps = readSteps(base, other);
		for (const [place, step] of steps.entries()) {
			const [a, b] = [base.at(base.steps.indexOf(step)), other.at(other.steps.indexOf(step))];
			if (a.layers !== b.layers || a.heads !== b.heads || a.length !== b.length) continue;
			for (const at of places(a)) {
				const by = differenceBetween(a, b, at.layer, at.head, compared);
				const found = { ...at, run: i + 1, step, by };
				if (open && open.run === found.run && open.layer === at.layer && open.head === at.head && place === 0) kept = found;
				if (by > 0 && (best === null || by > weight(best, found) * best.by)) best = found;
			}
		}
	}
	return best && kept && kept.by > 0 && kept.step === best.step && best.by <= CLEARLY * kept.by ? kept : best;
}

/** The factor by which `next` must differ more than `best`. */
const weight = (best: MapPlace, next: MapPlace): number => (next.step < best.step ? CLEARLY : next.step > best.step ? 1 / CLEARLY : 1);

function* places({ layers, heads }: AttentionMaps) {
	for (let layer = 0; layer < layers; layer++) for (let head = 0; head < heads; head++) yield { layer, head };
}

/** Steps that both runs have recorded, the last first; fewer of them if their maps are large. */
function readSteps(a: Probes, b: Probes): number[] {
	const common = a.steps.filter((step) => b.steps.includes(step)).reverse();
	if (common.length < 2) return common;
	const { layers, heads, length } = a.at(a.steps.length - 1);
	const most = Math.max(1, Math.floor(MOST_READ / (layers * heads * length * length)));
	const every = Math.ceil(common.length / most);
	return common.filter((_, i) => i % every === 0);
}
