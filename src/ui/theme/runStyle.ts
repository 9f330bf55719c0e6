/**
 * How a method is drawn, everywhere: a colour and a marker for the method, a dash for its form. Seeds share all three.
 * A colour always means the same thing, and never stands alone.
 */
import type { Method } from '../../experiment/types';

export type Marker = 'circle' | 'square' | 'triangle' | 'diamond' | 'cross' | 'plus' | 'star' | 'bar';

export interface RunStyle {
	colour: string;
	/** SVG stroke-dasharray; empty = solid. */
	dash: string;
	marker: Marker;
}

/** Each at least 3:1 against both grounds and both panels (tests/ui/contrast.test.ts). */
export const METHOD_COLOURS = {
	vanilla: '#6b7280',
	resformer: '#0072b2',
	'resformer:constant': '#1f7ab8',
	'resformer:sparse': '#2d81bd',
	'resformer:learnable': '#3a88c2',
	'resformer:plus': '#468ec6',
	'resformer:dense': '#4f93ca',
	svformer: '#c2510c',
	neutreno: '#00805e',
	'neutreno+resformer': '#2a8f72',
	denseformer: '#b5487f',
	cla: '#a16207',
	gqa: '#2b83ab',
	'cross-layer': '#8458d0',
	query: '#a0694a',
	key: '#98705a',
	attention: '#a5633a',
	hidden: '#8f6f5f',
} as const;

const FORM_DASHES: Record<string, string> = {
	identity: '',
	constant: '7 3',
	sparse: '2 3',
	learnable: '9 3 2 3',
	plus: '12 4',
	dense: '4 2 1 2',
};

/** The look of `method`. Additions (GQA, CLA, DenseFormer) on another scheme keep its colour and get their own dash. */
export function runStyle(method: Method): RunStyle {
	const base = schemeStyle(method);
	const additions = [
		method.kvHeads !== null ? '5 2' : '',
		method.kvSharing > 1 ? '3 3' : '',
		method.depthWeightedAverage ? '8 2' : '',
	].filter(Boolean);
	return method.scheme === 'own' || additions.length === 0 || base.dash ? base : { ...base, dash: additions.join(' ') };
}

function schemeStyle(method: Method): RunStyle {
	switch (method.scheme) {
		case 'resformer': {
			const form = method.form ?? 'identity';
			const colour = form === 'identity' ? METHOD_COLOURS.resformer : METHOD_COLOURS[`resformer:${form}`];
			return { colour, dash: method.lambdas ? '5 2 1 2' : FORM_DASHES[form], marker: 'square' };
		}
		case 'svformer':
			return { colour: METHOD_COLOURS.svformer, dash: '', marker: 'triangle' };
		case 'neutreno':
			return { colour: METHOD_COLOURS.neutreno, dash: '', marker: 'diamond' };
		case 'neutreno+resformer':
			return { colour: METHOD_COLOURS['neutreno+resformer'], dash: '7 3', marker: 'diamond' };
		case 'cross-layer':
			return { colour: METHOD_COLOURS['cross-layer'], dash: '', marker: 'cross' };
		case 'own':
			return ownStyle(method);
	}
}

function ownStyle(method: Method): RunStyle {
	if (method.ablationResidual) {
		const dashes = { query: '', key: '7 3', attention: '2 3', hidden: '9 3 2 3' };
		return { colour: METHOD_COLOURS[method.ablationResidual], dash: dashes[method.ablationResidual], marker: 'bar' };
	}
	if (method.depthWeightedAverage) return { colour: METHOD_COLOURS.denseformer, dash: '', marker: 'plus' };
	if (method.kvSharing > 1) return { colour: METHOD_COLOURS.cla, dash: method.kvHeads === null ? '' : '5 2', marker: 'star' };
	if (method.kvHeads !== null) return { colour: METHOD_COLOURS.gqa, dash: '5 2', marker: 'circle' };
	return { colour: METHOD_COLOURS.vanilla, dash: '', marker: 'circle' };
}

/** The outline of a marker around x, y, about `r` in radius, as an SVG path. */
export function markerPath(marker: Marker, r: number, x = 0, y = 0): string {
	const d = r * 0.9;
	/** A move to a place beside the middle. */
	const at = (right: number, down: number) => `M${short(x + right)},${short(y + down)}`;
	const by = (right: number, down: number) => `l${short(right)},${short(down)}`;
	switch (marker) {
		case 'circle':
			return `${at(-r, 0)}a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0Z`;
		case 'square':
			return `${at(-d, -d)}${by(2 * d, 0)}${by(0, 2 * d)}${by(-2 * d, 0)}Z`;
		case 'triangle':
			return `${at(0, -1.15 * r)}${by(1.1 * r, 2 * r)}${by(-2.2 * r, 0)}Z`;
		case 'diamond':
			return `${at(0, -1.25 * r)}${by(r, 1.25 * r)}${by(-r, 1.25 * r)}${by(-r, -1.25 * r)}Z`;
		case 'cross':
			return `${at(-d, -d)}${by(2 * d, 2 * d)}${at(-d, d)}${by(2 * d, -2 * d)}`;
		case 'plus':
			return `${at(0, -1.2 * r)}${by(0, 2.4 * r)}${at(-1.2 * r, 0)}${by(2.4 * r, 0)}`;
		case 'star':
			return `${at(0, -1.2 * r)}${by(0, 2.4 * r)}${at(-r, -0.6 * r)}${by(2 * r, 1.2 * r)}${at(-r, 0.6 * r)}${by(2 * r, -1.2 * r)}`;
		case 'bar':
			return `${at(-r, -0.5 * r)}${by(2 * r, 0)}${by(0, r)}${by(-2 * r, 0)}Z`;
	}
}

const short = (value: number) => Math.round(100 * value) / 100;
