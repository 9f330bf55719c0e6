/** Where a value is in the plot, and which step is under the pointer. */

/** Recharts' plot area, CSS pixels. */
export interface PlotArea {
	x: number;
	y: number;
	width: number;
	height: number;
}

export interface Scales {
	area: PlotArea;
	x(step: number): number;
	y(value: number): number;
	/** The step nearest to an x, inside the domain. */
	stepAt(x: number): number;
}

/** Linear in the value, linear or logarithmic in the step; the same as the axes that Recharts draws for these domains. */
export function plotScales(
	area: PlotArea,
	xDomain: readonly [number, number],
	yDomain: readonly [number, number],
	logSteps: boolean,
): Scales {
	const place = logSteps ? Math.log : (step: number) => step;
	const inverse = logSteps ? Math.exp : (value: number) => value;
	const left = place(xDomain[0]);
	const right = place(xDomain[1]);
	const perStep = area.width / (right - left);
	const perValue = area.height / (yDomain[1] - yDomain[0]);
	return {
		area,
		x: (step) => area.x + (place(step) - left) * perStep,
		y: (value) => area.y + (yDomain[1] - value) * perValue,
		stepAt: (x) => Math.round(Math.min(xDomain[1], Math.max(xDomain[0], inverse(left + (x - area.x) / perStep)))),
	};
}

/** An SVG path through points, to a tenth of a pixel. */
export function linePath(steps: readonly number[], values: readonly number[], { x, y }: Scales): string {
	let path = '';
	for (let i = 0; i < steps.length; i++)
		path += `${i === 0 ? 'M' : 'L'}${Math.round(10 * x(steps[i])) / 10},${Math.round(10 * y(values[i])) / 10}`;
	return path;
}
