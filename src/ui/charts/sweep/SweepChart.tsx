/** The chart of a sweep: one line per method over what was swept, each run a mark that opens its curves. */
import { memo, useMemo, useState } from 'react';
import { LineChart } from 'recharts';
import type { RunView } from '../../../session/client/store/labSnapshot';
import { handleKey, helpText, keyNames } from '../../actions/action';
import { SWEEP_ACTIONS, type SweepContext as SweepActionContext } from '../../actions/sweepActions';
import { useSame } from '../../shared/useSame';
import { Swatch } from '../../theme/Swatch';
import { type Axes, AxesContext, ChartAxes, HALF_TICK, X_AXIS, X_TITLE, Y_AXIS } from '../ChartAxes';
import type { Scales } from '../scales';
import type { Mark, SweepChartData } from './lines';
import { SweepContext, SweepLayers, shiftOf, sweepScales } from './SweepLayers';

interface Props {
	data: SweepChartData;
	/** Titles with units, and formats of numbers. */
	x: { axis: string; format(value: number): string };
	y: { axis: string; format(value: number): string };
	/** Accessible name. */
	label: string;
	/** Name of the baseline, drawn at 0; null if the values are not differences. */
	zero: string | null;
	/** True if cells are set against their cost. */
	cost: boolean;
	width: number;
	height: number;
	/** Opens a run's curves. */
	onOpen(run: RunView): void;
	/** A run in words, such as `SVFormer, sequence length 128, seed 2`. */
	nameOf(run: RunView): string;
}

const TOP = 20;
/** Farthest that a pointer may be from a mark to choose it, CSS pixels; a finger is wider. */
const REACH = { mouse: 14, touch: 24 };

const KEYS = Object.values(SWEEP_ACTIONS)
	.map((action) => `${keyNames(action).join(' ')}: ${helpText(action)}.`)
	.join(' ');

export const SweepChart = memo(function SweepChart(props: Props) {
	const { data, x, y, label, zero, cost, width, height, onOpen, nameOf } = props;
	const [chosenMark, setChosen] = useState<(Pick<Mark, 'x'> & { id: string }) | null>(null);
	const chosen = data.marks.find(({ run, x }) => run.info.id === chosenMark?.id && x === chosenMark.x) ?? null;
	const area = { x: Y_AXIS, y: TOP, width: width - Y_AXIS - HALF_TICK, height: height - TOP - X_TITLE - X_AXIS };
	const scales = sweepScales(data, area);
	const shift = (mark: Mark) => (cost ? 0 : shiftOf(data.lines, mark.line));
	const choose = (mark: Mark | null) => setChosen(mark && { id: mark.run.info.id, x: mark.x });
	const near = (event: React.PointerEvent) => nearest(event, data.marks, scales, shift);
	const context: SweepActionContext = {
		marks: data.marks.length,
		chosen: chosen !== null,
		move: (key) => choose(neighbour(data.marks, chosen, key)),
		open: () => chosen && onOpen(chosen.run),
		clear: () => choose(null),
	};
	const drawn = useMemo(() => ({ data, chosen, zero, cost }), [data, chosen, zero, cost]);
	return (
		<div
			className="loss-chart sweep-chart"
			role="application"
			// biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys choose its runs, so it must take the focus
			tabIndex={0}
			aria-label={label}
			aria-roledescription="chart"
			aria-describedby="sweep-keys"
			onKeyDown={(event) => handleKey(SWEEP_ACTIONS, context, event)}
			onPointerMove={(event) => event.pointerType !== 'touch' && choose(near(event))}
			onPointerLeave={(event) => event.pointerType !== 'touch' && choose(null)}
			onPointerUp={(event) => {
				const mark = near(event);
				// A finger has nothing to hover with: its first tap names the run, a second one opens it.
				if (mark && (event.pointerType !== 'touch' || mark === chosen)) onOpen(mark.run);
				else if (event.pointerType === 'touch') choose(mark);
			}}
		>
			<AxesContext value={useAxes(data, x, y)}>
				<SweepContext value={drawn}>
					<Frame width={width} height={height} />
				</SweepContext>
			</AxesContext>
			{chosen && <Reading mark={chosen} scales={scales} width={width} name={nameOf(chosen.run)} value={y.format(chosen.y)} />}
			<span id="sweep-keys" className="hidden">
				{KEYS}
			</span>
		</div>
	);
});

/** Recharts' part; drawn again only when its size changes. */
const Frame = memo(function Frame({ width, height }: { width: number; height: number }) {
	return (
		<LineChart width={width} height={height} margin={{ top: TOP, left: 0, right: HALF_TICK, bottom: X_TITLE }} accessibilityLayer={false}>
			<ChartAxes />
			<SweepLayers />
		</LineChart>
	);
});

/** The axes, as the same object until one of them changes. */
function useAxes(data: SweepChartData, x: Props['x'], y: Props['y']): Axes {
	const xDomain = useSame(data.xDomain);
	const yDomain = useSame(data.yDomain);
	const xTicks = useSame(data.xTicks);
	const yTicks = useSame(data.yTicks);
	const { logX } = data;
	return useMemo(
		() => ({
			xDomain,
			yDomain,
			xTicks,
			yTicks,
			logX,
			logY: false,
			xTitle: `${x.axis}${logX ? ' (log)' : ''}`,
			yTitle: y.axis,
			titleBeside: false,
			xTick: x.format,
			yTick: (value: number) => Number(value.toPrecision(6)).toString().replace('-', '−'),
		}),
		[xDomain, yDomain, xTicks, yTicks, logX, x, y],
	);
}

/** The mark next to the pointer; null if none is within reach. */
function nearest(event: React.PointerEvent, marks: readonly Mark[], { x, y }: Scales, shift: (mark: Mark) => number): Mark | null {
	const box = event.currentTarget.getBoundingClientRect();
	const [left, top] = [event.clientX - box.left, event.clientY - box.top];
	let best: Mark | null = null;
	let least = event.pointerType === 'touch' ? REACH.touch : REACH.mouse;
	for (const mark of marks) {
		const distance = Math.hypot(x(mark.x) + shift(mark) - left, y(mark.y) - top);
		if (distance > least) continue;
		best = mark;
		least = distance;
	}
	return best;
}

/** The mark that a key leads to: up and down at the same place, left and right to the nearest value of the next place. */
function neighbour(marks: readonly Mark[], from: Mark | null, key: string): Mark | null {
	if (key === 'Home' || !from) return marks[0] ?? null;
	if (key === 'End') return marks[marks.length - 1] ?? null;
	const at = marks.indexOf(from);
	if (key === 'ArrowUp' || key === 'ArrowDown') {
		const next = marks[at + (key === 'ArrowUp' ? 1 : -1)];
		return next && next.x === from.x ? next : from;
	}
	const beyond = key === 'ArrowRight' ? marks.filter(({ x }) => x > from.x) : marks.filter(({ x }) => x < from.x);
	const place = beyond[key === 'ArrowRight' ? 0 : beyond.length - 1]?.x;
	const column = beyond.filter(({ x }) => x === place);
	const same = column.filter(({ line }) => line === from.line);
	const closest = (list: readonly Mark[]) =>
		list.reduce<Mark | null>((best, mark) => (best && Math.abs(best.y - from.y) <= Math.abs(mark.y - from.y) ? best : mark), null);
	return closest(same) ?? closest(column) ?? from;
}

interface ReadingProps {
	mark: Mark;
	scales: Scales;
	width: number;
	name: string;
	value: string;
}

/** The chosen run and its value. */
function Reading({ mark, scales, width, name, value }: ReadingProps) {
	const left = scales.x(mark.x);
	const side = left < width / 2 ? { left: left + 20, maxWidth: width - left - 22 } : { right: width - left + 20, maxWidth: left - 22 };
	return (
		<div className="reading" style={side} role="status" aria-live="polite">
			<p>
				<Swatch style={mark.line.style} width={16} /> {name}: <span className="number">{value}</span>
			</p>
			<p className="muted">Click, tap again or press Enter to open its curves</p>
		</div>
	);
}
