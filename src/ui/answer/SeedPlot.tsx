import type { RunStyle } from '../../experiment/methods/descriptor';
import { summary } from '../../experiment/statistics';

export interface SeedAxis {
	domain: readonly [number, number];
	/** A value to compare with, drawn dashed; null if there is none. */
	reference: number | null;
}

/**
 * The range of a column's plots: 0 to 1 for shares. Otherwise that of all seeds and of their intervals, as far as these do not
 * make the seeds unreadable: those of two seeds may be very wide.
 */
export function axisOf(groups: readonly (readonly number[])[], reference: number | null, share: boolean): Pick<SeedAxis, 'domain'> {
	if (share) return { domain: [0, 1] };
	const all = [...groups.flat(), ...(reference === null ? [] : [reference])];
	const [low, high] = [Math.min(...all), Math.max(...all)];
	const reach = (high - low) / 2;
	const ends = groups.map((values) => summary(values)).flatMap(({ mean, half }) => (half === null ? [] : [mean - half, mean + half]));
	const bottom = Math.min(low, ...ends.map((end) => Math.max(end, low - reach)));
	const top = Math.max(high, ...ends.map((end) => Math.min(end, high + reach)));
	const room = top > bottom ? 0.04 * (top - bottom) : Math.max(1e-3, 0.05 * Math.abs(top));
	// An interval may pass 0 where no value can.
	return { domain: [low >= 0 ? Math.max(0, bottom - room) : bottom - room, top + room] };
}

const HEIGHT = 18;
const MIDDLE = HEIGHT / 2;

interface Props {
	/** One per seed. */
	values: readonly number[];
	axis: SeedAxis;
	style: RunStyle;
}

/** Seeds as dots over their mean and its 95 % interval. An interval that reaches past the axis is cut, and its end is an arrow. */
export function SeedPlot({ values, axis: { domain, reference }, style }: Props) {
	const { mean, half } = summary(values);
	const share = (value: number) => Math.min(1, Math.max(0, (value - domain[0]) / (domain[1] - domain[0])));
	const x = (value: number) => `${(100 * share(value)).toFixed(2)}%`;
	const [low, high] = [mean - (half ?? 0), mean + (half ?? 0)];
	return (
		<svg className="seed-plot" height={HEIGHT} aria-hidden="true">
			<line className="axis" x1="0" x2="100%" y1={MIDDLE} y2={MIDDLE} />
			{reference !== null && <line className="reference" x1={x(reference)} x2={x(reference)} y1={0} y2={HEIGHT} />}
			<g stroke={style.colour} fill={style.colour}>
				{half !== null && <line className="interval" x1={x(low)} x2={x(high)} y1={MIDDLE} y2={MIDDLE} />}
				{half !== null && low < domain[0] && <Arrow at="0%" towards={-1} />}
				{half !== null && high > domain[1] && <Arrow at="100%" towards={1} />}
				<line className="mean" x1={x(mean)} x2={x(mean)} y1={2} y2={HEIGHT - 2} />
				{values.map((value, i) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: seeds keep their order
					<circle key={i} cx={x(value)} cy={MIDDLE} r={2.75} />
				))}
			</g>
		</svg>
	);
}

/** The end of an interval that was cut. */
const Arrow = ({ at, towards }: { at: string; towards: 1 | -1 }) => (
	<svg x={at} y={MIDDLE} overflow="visible" aria-hidden="true">
		<path className="cut" d={`M${-4 * towards},-4L${towards},0L${-4 * towards},4`} fill="none" />
	</svg>
);
