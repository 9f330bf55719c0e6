import { differenceGradient, LOG_FLOOR, SCALES, scaleGradient } from '../../theme/attentionScale';
import type { GridColours } from './grid';

/** Places along the scale, as parts of its far end. */
const PARTS = { root: [0, 0.25, 1], linear: [0, 0.5, 1], log: [LOG_FLOOR, 0.01, 1] };

/** The colour scale of grids, with numbers. */
export function ScaleBar({ colours: { scale, limit, signed, shade }, format }: { colours: GridColours; format(value: number): string }) {
	const parts = signed ? [-1, 0, 1] : PARTS[scale];
	const place = (t: number) => (signed ? (1 + t) / 2 : SCALES[scale](t));
	return (
		<span className="scale-bar" role="img" aria-label={`Colour scale from ${format(parts[0] * limit)} to ${format(limit)}`}>
			<span className="scale-colours" style={{ background: signed ? differenceGradient(shade) : scaleGradient(shade) }} />
			{parts.map((t) => (
				<span key={t} className="label" style={{ left: `${100 * place(t)}%` }}>
					{format(t * limit)}
				</span>
			))}
		</span>
	);
}
