/** Conversions between values and pixels of the plot. */

/** Recharts' plot area, CSS pixels. */
export interface PlotArea {
	x: number;
	y: number;
	width: number;
	height: number;
}

export interface Axis {
	domain: readonly [number, number];
	logarithmic: boolean;
}

export interface Scales {
	area: PlotArea;
	x(value: number): number;
	y(value: number): number;
	/** The value at an x of the plot, inside the domain. */
	xAt(pixel: number): number;
}

/** The smallest value that a logarithmic axis shows. */
const LEAST = 1e-12;

/** From a value to its pixel, and back. Two plain functions instead of one with a branch, because lines call them for every point. */
function along({ domain, logarithmic }: Axis, start: number, length: number): [(value: number) => number, (pixel: number) => number] {
	if (!logarithmic) {
		const [low, high] = domain;
		const scale = length / (high - low);
		return [(value) => start + (value - low) * scale, (pixel) => low + (pixel - start) / scale];
	}
	const low = Math.log(Math.max(LEAST, domain[0]));
	const scale = length / (Math.log(Math.max(LEAST, domain[1])) - low);
	return [(value) => start + (Math.log(Math.max(LEAST, value)) - low) * scale, (pixel) => Math.exp(low + (pixel - start) / scale)];
}

/** Scales that match the axes that Recharts draws for these domains. */
export function plotScales(area: PlotArea, xAxis: Axis, yAxis: Axis): Scales {
	const [x, back] = along(xAxis, area.x, area.width);
	const [y] = along(yAxis, area.y + area.height, -area.height);
	const [low, high] = xAxis.domain;
	return { area, x, y, xAt: (pixel) => Math.min(high, Math.max(low, back(pixel))) };
}

const tenth = (value: number) => Math.round(10 * value) / 10;

/** An SVG path through points, to a tenth of a pixel. */
export function linePath(xs: readonly number[], ys: readonly number[], { x, y }: Scales): string {
	let path = '';
	for (let i = 0; i < xs.length; i++) path += `${i === 0 ? 'M' : 'L'}${tenth(x(xs[i]))},${tenth(y(ys[i]))}`;
	return path;
}

/** The outline of the area between two lines over the same xs. */
export function bandPath(xs: readonly number[], low: readonly number[], high: readonly number[], scales: Scales): string {
	if (xs.length < 2) return '';
	const back = linePath(xs.toReversed(), low.toReversed(), scales);
	return `${linePath(xs, high, scales)}L${back.slice(1)}Z`;
}
