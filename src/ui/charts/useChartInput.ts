/** Pointer and keyboard on the chart: they move the cursor and select the shown part of the x axis. */
import { useState } from 'react';
import { handleKey } from '../actions/action';
import { CHART_ACTIONS, type ChartContext } from '../actions/chartActions';
import { type CursorStore, useCursorStore } from '../shared/cursor';
import type { ChartData } from './chartData';
import type { Scales } from './scales';

type Zoom = readonly [number, number] | null;

/** Shortest drag that selects a range, CSS pixels. */
const LEAST_DRAG = 6;
/** An arrow key moves the cursor by 1 / MOVES of the plot's width. */
const MOVES = 100;

export interface ChartInput {
	/** The range being dragged over; null if there is no drag. */
	brush: readonly [number, number] | null;
	/** True if the keyboard moved the cursor last: its values are then announced. */
	spoken: boolean;
	handlers: {
		onPointerDown(event: React.PointerEvent): void;
		onPointerMove(event: React.PointerEvent): void;
		onPointerUp(event: React.PointerEvent): void;
		onPointerCancel(): void;
		onPointerLeave(event: React.PointerEvent): void;
		onDoubleClick(): void;
		onKeyDown(event: React.KeyboardEvent): void;
		onBlur(): void;
	};
}

/** Pointer and keyboard on the chart. Positions are CSS pixels from the chart's left. */
export function useChartInput(data: ChartData, scales: Scales, onZoom: (zoom: Zoom) => void): ChartInput {
	const cursor = useCursorStore();
	const [spoken, setSpoken] = useState(false);
	const { brush, handlers } = useBrush(data, scales, onZoom, () => setSpoken(false));
	const onKeyDown = (event: React.KeyboardEvent) => {
		if (handleKey(CHART_ACTIONS, chartContext(data, scales, cursor, onZoom), event)) setSpoken(true);
	};
	return { brush, spoken, handlers: { ...handlers, onDoubleClick: () => onZoom(null), onKeyDown, onBlur: () => cursor.set(null) } };
}

type PointerHandlers = Pick<
	ChartInput['handlers'],
	'onPointerDown' | 'onPointerMove' | 'onPointerUp' | 'onPointerCancel' | 'onPointerLeave'
>;

/** The pointer moves the cursor; a drag selects a range. */
function useBrush(data: ChartData, scales: Scales, onZoom: (zoom: Zoom) => void, onStart: () => void) {
	const cursor = useCursorStore();
	const [start, setStart] = useState<number | null>(null);
	const [brush, setBrush] = useState<readonly [number, number] | null>(null);
	const { area } = scales;
	const empty = data.lines.length === 0;
	const pixelOf = (event: React.PointerEvent) => event.clientX - event.currentTarget.getBoundingClientRect().left;
	const clamped = (pixel: number) => Math.min(area.x + area.width, Math.max(area.x, pixel));
	const point = (pixel: number) => {
		const inside = pixel >= area.x - 4 && pixel <= area.x + area.width + 4;
		cursor.set(inside && !empty ? nearestStep(data, scales.xAt(pixel)) : null);
	};
	const release = () => {
		setStart(null);
		setBrush(null);
	};
	const handlers: PointerHandlers = {
		onPointerDown(event) {
			const pixel = pixelOf(event);
			onStart();
			point(pixel);
			// A sliding finger reads values; only a mouse or a pen selects a range.
			if (event.pointerType === 'touch' || event.button !== 0 || empty || pixel < area.x || pixel > area.x + area.width) return;
			event.currentTarget.setPointerCapture?.(event.pointerId);
			setStart(pixel);
		},
		onPointerMove(event) {
			const pixel = pixelOf(event);
			point(start === null ? pixel : clamped(pixel));
			if (start !== null && (brush || Math.abs(pixel - start) >= LEAST_DRAG))
				setBrush([Math.min(start, clamped(pixel)), Math.max(start, clamped(pixel))]);
		},
		onPointerUp() {
			if (brush && brush[1] - brush[0] >= LEAST_DRAG) onZoom([scales.xAt(brush[0]), scales.xAt(brush[1])]);
			release();
		},
		onPointerCancel: release,
		onPointerLeave: (event) => event.pointerType !== 'touch' && cursor.set(null),
	};
	return { brush, handlers };
}

/** The chart as its commands see it. */
function chartContext(data: ChartData, scales: Scales, cursor: CursorStore, onZoom: (zoom: Zoom) => void): ChartContext {
	const step = cursor.getSnapshot();
	const { reference, xDomain, lines } = data;
	const last = Math.min(Math.max(0, ...lines.map(({ length }) => length)) - 1, reference.stepAt(xDomain[1]));
	const first = Math.min(last, reference.stepAt(xDomain[0]));
	return {
		empty: lines.length === 0,
		pointing: step !== null,
		moveCursor(by) {
			if (step === null) return cursor.set(by < 0 ? last : first);
			const pixels = (by * scales.area.width) / MOVES;
			const target = nearestStep(data, scales.xAt(scales.x(reference.at(step)) + pixels));
			cursor.set(Math.min(last, Math.max(first, by < 0 ? Math.min(step - 1, target) : Math.max(step + 1, target))));
		},
		toEnd: (end) => cursor.set(end === 'first' ? first : last),
		clearCursor: () => cursor.set(null),
		zoom: (direction) => onZoom(zoomAround(step, direction, data, scales)),
		showAll: () => onZoom(null),
	};
}

/** The step nearest to x on the axis. */
function nearestStep({ reference }: ChartData, x: number): number {
	const after = reference.stepAt(x);
	const before = Math.max(0, after - 1);
	return x - reference.at(before) < reference.at(after) - x ? before : after;
}

/** Half (direction 1) or twice (−1) the range shown, around `step` or else the middle; null for the whole axis. */
function zoomAround(step: number | null, direction: 1 | -1, { reference, xExtent }: ChartData, { area, x, xAt }: Scales): Zoom {
	const middle = step === null ? area.x + area.width / 2 : Math.min(area.x + area.width, Math.max(area.x, x(reference.at(step))));
	const reach = (direction > 0 ? 0.25 : 1) * area.width;
	const unclamped = (pixel: number) => outside(pixel, area.x, area.x + area.width, xAt);
	const range = [Math.max(xExtent[0], unclamped(middle - reach)), Math.min(xExtent[1], unclamped(middle + reach))] as const;
	return range[0] <= xExtent[0] && range[1] >= xExtent[1] ? null : range;
}

/** The value at a pixel, extrapolated linearly outside of the plot. */
function outside(pixel: number, left: number, right: number, xAt: (pixel: number) => number): number {
	if (pixel >= left && pixel <= right) return xAt(pixel);
	const perPixel = (xAt(right) - xAt(left)) / (right - left);
	return pixel < left ? xAt(left) - (left - pixel) * perPixel : xAt(right) + (pixel - right) * perPixel;
}
