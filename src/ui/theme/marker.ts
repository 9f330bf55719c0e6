import type { Marker } from '../../experiment/methods/descriptor';

/** The outline of a marker around x, y, about `r` in radius, as an SVG path. */
export function markerPath(marker: Marker, r: number, x = 0, y = 0): string {
	const d = r * 0.9;
	/** A move to a point relative to the centre. */
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
