import { differenceGradient, LOG_FLOOR, SCALES, scaleGradient } from '../theme/attentionScale';
import { DISPLAYS, type Display } from './display';
import type { MapColours } from './paint';

const TICKS = { root: [0, 0.05, 0.2, 0.5, 1], linear: [0, 0.25, 0.5, 0.75, 1], log: [LOG_FLOOR, 0.01, 1] };
const SIGNED = { root: [-1, -0.25, 0, 0.25, 1], linear: [-1, -0.5, 0, 0.5, 1], log: [-1, -0.01, 0, 0.01, 1] };
/** Numbers that are not round take more room. */
const FEW = { root: [0, 0.2, 1], linear: [0, 0.5, 1], log: [0.01, 1] };
const FEW_SIGNED = { root: [-1, 0, 1], linear: [-1, 0, 1], log: [-1, 0, 1] };

interface Props {
	display: Display;
	colours: MapColours;
	/** The far end of the scale. */
	limit: number;
	/** True for differences, from −limit to limit. */
	signed?: boolean;
}

/** The colour scale of a map with numbers. */
export function Legend({ display, colours: { scale, shade }, limit, signed = false }: Props) {
	const { label, format } = DISPLAYS[display];
	const place = (t: number) => (signed ? (1 + Math.sign(t) * SCALES[scale](Math.abs(t))) / 2 : SCALES[scale](t));
	const most = format(limit);
	const ticks = limit === 1 ? (signed ? SIGNED : TICKS) : signed ? FEW_SIGNED : FEW;
	return (
		<span
			className="legend"
			role="img"
			aria-label={
				signed
					? `Colour scale of differences${display === 'attention' ? '' : ` of ${label}`}, from −${most} to ${most}, with 0 as the background`
					: `Colour scale of ${label}, from ${scale === 'log' ? tick(LOG_FLOOR * limit) : 0} (the background) to ${most}`
			}
		>
			{display !== 'attention' && <span className="legend-name">{DISPLAYS[display].option}</span>}
			<span className="legend-bar" style={{ background: signed ? differenceGradient(shade) : scaleGradient(shade) }} />
			{ticks[scale].map((t) => (
				<span key={t} className="legend-tick" style={{ left: `${100 * place(t)}%` }}>
					{tick(t * limit)}
				</span>
			))}
		</span>
	);
}

const tick = (value: number): string =>
	Number(value.toPrecision(2))
		.toString()
		.replace('-', '−')
		.replace(/^(−?)0\./, '$1.');
