/** What maps show: attention, or numbers made from it. The maths is that of docs/METHODS.md section 3, "What is moved". */
import type { AttentionMaps, Frame } from '../../experiment/records/frame';
import { formatProbability, formatThreeDigits } from '../shared/format';

export type Display = 'attention' | 'moved' | 'withoutFirst';

interface DisplayText {
	/** In the list of displays. */
	option: string;
	/** Of the numbers, in the middle of a sentence. */
	label: string;
	formula: string;
	/** One or two sentences. */
	help: string;
	/** NaN is a place without a number. */
	format(value: number): string;
}

const share = (value: number) => (Number.isFinite(value) ? formatProbability(value) : '–');

/** Rows with less for the other tokens have no digits left: probabilities of the page's records are within 6.2e-5 each. */
const LEAST_REST = 0.01;

export const DISPLAYS: Readonly<Record<Display, DisplayText>> = {
	attention: {
		option: 'attention',
		label: 'attention',
		formula: 'A_ij',
		help: 'How much of its attention a token (row) gives to each token before it (column).',
		format: share,
	},
	moved: {
		option: 'attention × ‖v′‖',
		label: 'attention times ‖v′‖',
		formula: 'A_ij ‖v′_j‖,  ‖v′_j‖ the mean over KV heads',
		help: 'What is moved: attention times the norm of the value that is read. A sink with a drained value moves little.',
		// Attention × ‖v′‖ has the scale of the values.
		format: formatThreeDigits,
	},
	withoutFirst: {
		option: 'without the first token',
		label: 'attention without the first token',
		formula: 'A_ij / Σ_{k≥2} A_ik,  j ≥ 2',
		help: `The rest of each row as shares of 1. Rows that give the other tokens less than ${LEAST_REST} stay empty.`,
		format: share,
	},
};
export const DISPLAY_NAMES = Object.keys(DISPLAYS) as Display[];

const made = new WeakMap<Frame, Partial<Record<Display, AttentionMaps>>>();

/** The numbers that maps of the frame show; NaN where there is none. The same object for the same arguments. */
export function displayed(frame: Frame, display: Display): AttentionMaps {
	if (display === 'attention') return frame;
	const known = made.get(frame) ?? {};
	made.set(frame, known);
	known[display] ??= { ...frame, probabilities: display === 'moved' ? moved(frame) : withoutFirst(frame) };
	return known[display];
}

function moved({ layers, heads, length, probabilities, mixedNorms }: Frame): Float32Array<ArrayBuffer> {
	const found = new Float32Array(probabilities.length);
	for (let map = 0, i = 0; map < layers * heads; map++) {
		const norms = Math.floor(map / heads) * length;
		for (let query = 0; query < length; query++)
			for (let key = 0; key < length; key++, i++) found[i] = probabilities[i] * mixedNorms[norms + key];
	}
	return found;
}

function withoutFirst({ length, probabilities }: Frame): Float32Array<ArrayBuffer> {
	const found = new Float32Array(probabilities.length);
	for (let row = 0; row < probabilities.length; row += length) {
		let rest = 0;
		for (let key = 1; key < length; key++) rest += probabilities[row + key];
		found[row] = Number.NaN;
		for (let key = 1; key < length; key++) found[row + key] = rest < LEAST_REST ? Number.NaN : probabilities[row + key] / rest;
	}
	return found;
}

/** The far end of a scale that the maps of all frames share: 1, or the largest ‖v′‖, as attention is at most 1. */
export function sharedLimit(frames: readonly (Frame | null | undefined)[], display: Display): number {
	if (display !== 'moved') return 1;
	let most = 0;
	for (const frame of frames) for (const norm of frame?.mixedNorms ?? []) if (norm > most) most = norm;
	return most > 0 ? most : 1;
}
