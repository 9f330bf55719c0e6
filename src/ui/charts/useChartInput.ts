/** What the pointer and the keyboard do on the chart: move the cursor, and choose the part of the x axis that is shown. */
import { useState } from 'react';
import type { ChartData } from './chartData';
import { useCursorStore } from './cursor';
import type { Scales } from './scales';

type Zoom = readonly [number, number] | null;

/** Pixels that a drag must cover to choose a range. */
const LEAST_DRAG = 6;
/** Parts of the plot's width that an arrow key moves the cursor by. */
const MOVES = 100;

export interface ChartInput {
	/** The range being dragged over, CSS pixels from the chart's left; null while none is. */
	brush: readonly [number, number] | null;
	/** The keyboard moved the cursor last. */
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

export function useChartInput(data: ChartData, scales: Scales, onZoom: (zoom: Zoom) => void): ChartInput {
	const cursor = useCursorStore();
	const [start, setStart] = useState<number | null>(null);
	const [brush, setBrush] = useState<readonly [number, number] | null>(null);
	const [spoken, setSpoken] = useState(false);
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

	const onPointerDown = (event: React.PointerEvent) => {
		const pixel = pixelOf(event);
		setSpoken(false);
		point(pixel);
		// A finger reads as it slides; ranges are chosen by mouse or pen.
		if (event.pointerType === 'touch' || event.button !== 0 || empty || pixel < area.x || pixel > area.x + area.width) return;
		event.currentTarget.setPointerCapture?.(event.pointerId);
		setStart(pixel);
	};
	const onPointerMove = (event: React.PointerEvent) => {
		const pixel = pixelOf(event);
		point(start === null ? pixel : clamped(pixel));
		if (start !== null && (brush || Math.abs(pixel - start) >= LEAST_DRAG))
			setBrush([Math.min(start, clamped(pixel)), Math.max(start, clamped(pixel))]);
	};
	const onPointerUp = () => {
		if (brush && brush[1] - brush[0] >= LEAST_DRAG) onZoom([scales.xAt(brush[0]), scales.xAt(brush[1])]);
		release();
	};
	const onPointerLeave = (event: React.PointerEvent) => {
		if (event.pointerType !== 'touch') cursor.set(null);
	};

	const onKeyDown = (event: React.KeyboardEvent) => {
		if (event.ctrlKey || event.metaKey || event.altKey || empty) return;
		const move = keyMove(event, data, scales, cursor.getSnapshot());
		const zoom = move === undefined ? keyZoom(event.key, data, scales, cursor.getSnapshot()) : undefined;
		if (move === undefined && zoom === undefined) return;
		event.preventDefault();
		setSpoken(true);
		if (move !== undefined) cursor.set(move);
		else if (zoom !== undefined) onZoom(zoom);
	};
	const onBlur = () => cursor.set(null);
	return {
		brush,
		spoken,
		handlers: {
			onPointerDown,
			onPointerMove,
			onPointerUp,
			onPointerCancel: release,
			onPointerLeave,
			onDoubleClick: () => onZoom(null),
			onKeyDown,
			onBlur,
		},
	};
}

/** The step whose place is nearest to x. */
function nearestStep({ reference }: ChartData, x: number): number {
	const after = reference.stepAt(x);
	const before = Math.max(0, after - 1);
	return x - reference.at(before) < reference.at(after) - x ? before : after;
}

/** Where a key takes the cursor; undefined where it is no key of the cursor's. */
function keyMove(event: React.KeyboardEvent, data: ChartData, scales: Scales, step: number | null): number | null | undefined {
	const { reference, xDomain, lines } = data;
	const last = Math.min(Math.max(...lines.map(({ length }) => length)) - 1, reference.stepAt(xDomain[1]));
	const first = Math.min(last, reference.stepAt(xDomain[0]));
	if (event.key === 'Escape') return step === null ? undefined : null;
	if (event.key === 'Home') return first;
	if (event.key === 'End') return last;
	if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return undefined;
	const sign = event.key === 'ArrowLeft' ? -1 : 1;
	if (step === null) return sign < 0 ? last : first;
	const pixels = ((event.shiftKey ? 10 : 1) * scales.area.width) / MOVES;
	const there = nearestStep(data, scales.xAt(scales.x(reference.at(step)) + sign * pixels));
	return Math.min(last, Math.max(first, sign < 0 ? Math.min(step - 1, there) : Math.max(step + 1, there)));
}

/** The range that a key asks for: + the half around the cursor, − twice as much, 0 the whole; undefined for other keys. */
function keyZoom(key: string, { reference, xExtent }: ChartData, { area, x, xAt }: Scales, step: number | null): Zoom | undefined {
	if (key === '0') return null;
	const factor = { '+': 0.25, '=': 0.25, '-': 1 }[key];
	if (factor === undefined) return undefined;
	const middle = step === null ? area.x + area.width / 2 : Math.min(area.x + area.width, Math.max(area.x, x(reference.at(step))));
	const reach = factor * area.width;
	const unclamped = (pixel: number) => outside(pixel, area.x, area.x + area.width, xAt);
	const range = [Math.max(xExtent[0], unclamped(middle - reach)), Math.min(xExtent[1], unclamped(middle + reach))] as const;
	return range[0] <= xExtent[0] && range[1] >= xExtent[1] ? null : range;
}

/** The value at a pixel that may lie outside of the plot, as far as a straight line leads there. */
function outside(pixel: number, left: number, right: number, xAt: (pixel: number) => number): number {
	if (pixel >= left && pixel <= right) return xAt(pixel);
	const perPixel = (xAt(right) - xAt(left)) / (right - left);
	return pixel < left ? xAt(left) - (left - pixel) * perPixel : xAt(right) + (pixel - right) * perPixel;
}
