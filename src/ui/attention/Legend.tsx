import { SCALES, type ScaleName, type Shade, scaleGradient } from '../style/attentionScale';

const TICKS: Record<ScaleName, number[]> = { root: [0, 0.05, 0.2, 0.5, 1], linear: [0, 0.25, 0.5, 0.75, 1] };

/** The colour scale with numbers. */
export function Legend({ scale, shade }: { scale: ScaleName; shade: Shade }) {
	return (
		<span className="legend" role="img" aria-label="Colour scale of attention, from 0, the background, to 1">
			<span className="legend-bar" style={{ background: scaleGradient(scale, shade) }} />
			{TICKS[scale].map((p) => (
				<span key={p} className="legend-tick" style={{ left: `${100 * SCALES[scale](p)}%` }}>
					{p}
				</span>
			))}
		</span>
	);
}
