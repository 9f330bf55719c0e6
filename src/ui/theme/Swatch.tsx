import type { RunStyle } from '../../experiment/methods/descriptor';
import { markerPath } from './marker';

/** A short piece of a run's line with its marker: the key to every chart and table. */
export function Swatch({ style, width = 26 }: { style: RunStyle; width?: number }) {
	return (
		<svg className="swatch" width={width} height={12} aria-hidden="true">
			<line x1={1} x2={width - 1} y1={6} y2={6} stroke={style.colour} strokeWidth={2} strokeDasharray={style.dash || undefined} />
			<path
				d={markerPath(style.marker, 3.5)}
				transform={`translate(${width / 2} 6)`}
				fill={style.colour}
				stroke={style.colour}
				strokeWidth={1.5}
			/>
		</svg>
	);
}
