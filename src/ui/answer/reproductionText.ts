/** The verdict on runs of a link that were trained here, as text. Plain functions. */
import type { Contradiction, Reproduction } from '../../experiment/reproduction';
import type { SharedMeasure } from '../../experiment/resultLink';
import type { Origin } from '../../experiment/sentRuns';
import { list, plural } from '../shared/format';
import { nameOf } from './seen';

export const originText = ({ adapter, kernels, build }: Origin): string => `${adapter}, ${kernels}, build ${build}`;

/** The verdict in one or two sentences. */
export function reproductionText({ verdict, runs, largest, contradictions }: Reproduction, seen: readonly SharedMeasure[]): string {
	const within = largest.flatMap((size, i) => (Number.isFinite(size) && seen[i] ? [`${digits(size)} in ${nameOf(seen[i])}`] : []));
	const distance = `The largest difference from the sender’s is ${list(within)}.`;
	switch (verdict) {
		case 'same bits':
			return `Held to the last bit: ${plural(runs, 'run')} with the sender’s losses at every step, and the same measurements.`;
		case 'rounding':
			return `Held up to rounding. ${distance}`;
		case 'within':
			return `Held: every comparison over seeds has the sender’s outcome. ${distance}`;
		case 'one seed':
			return `Not judged, because one seed is never enough. ${distance}`;
		case 'not reproduced':
			return `Not reproduced: ${contradictions.map((each) => contradictionText(each, seen)).join('; ')}.`;
	}
}

const digits = (value: number) => Number(value.toPrecision(2)).toString();

function contradictionText(contradiction: Contradiction, seen: readonly SharedMeasure[]): string {
	if (contradiction.kind === 'diverged') return `${contradiction.label}, seed ${contradiction.seed}, diverged here`;
	const { label } = contradiction;
	const measure = seen[contradiction.measure];
	const name = measure ? nameOf(measure) : 'a measurement';
	if (contradiction.kind === 'outcome') {
		const { sent, here, baseline } = contradiction;
		return `${label}’s ${name} was ${against(sent, baseline)} for the sender, and is ${against(here, baseline)} here`;
	}
	const { mean, half, n } = contradiction.difference;
	const size = `${digits(Math.abs(mean))}${half === null ? '' : ` ± ${digits(half)}`}`;
	return `${label}’s ${name} is ${mean < 0 ? 'lower' : 'higher'} here by ${size}, separated over ${plural(n, 'seed')}`;
}

const against = (outcome: 'lower' | 'higher' | 'not separated', baseline: string) =>
	outcome === 'not separated' ? `not separated from ${baseline}’s` : `${outcome} than ${baseline}’s`;
