import type { RunView } from '../../session/client/snapshot';
import type { ScaleName, Shade } from '../style/attentionScale';
import { methodStyle } from '../style/methodStyle';
import { Swatch } from '../style/Swatch';
import { MapGrid } from './MapGrid';
import type { Cell } from './maps';

interface Props {
	run: RunView;
	runs: readonly RunView[];
	empty: string;
	/** Room for the column, CSS pixels; height 0 = as high as it likes. */
	width: number;
	height: number;
	scale: ScaleName;
	shade: Shade;
	onChoose(method: string): void;
	onHover(cell: Cell | null): void;
	onOpen(layer: number, head: number): void;
}

/** One method's maps under its name, which is also the switch to another method. */
export function MapColumn({ run, runs, empty, width, height, scale, shade, onChoose, onHover, onOpen }: Props) {
	const methods = new Map(runs.map(({ info }) => [info.method, info.label]));
	const { maps } = run;
	return (
		<div className="map-column">
			<label className="map-method">
				<Swatch style={methodStyle(run.info.method)} />
				<span className="hidden">Method shown</span>
				<select value={run.info.method} onChange={(event) => onChoose(event.target.value)}>
					{[...methods].map(([method, label]) => (
						<option key={method} value={method}>
							{label}
						</option>
					))}
				</select>
			</label>
			{maps ? (
				<MapGrid
					maps={maps}
					label={run.info.label}
					size={thumbnailSize(maps.layers, maps.heads, width, height)}
					scale={scale}
					shade={shade}
					onHover={onHover}
					onOpen={onOpen}
				/>
			) : (
				<p className="empty">{empty}</p>
			)}
		</div>
	);
}

/** As large as the column allows: between 22 and 280 pixels. */
function thumbnailSize(layers: number, heads: number, width: number, height: number): number {
	const across = (width - 62) / heads - 6;
	const down = height > 0 ? (height - 62) / layers - 12 : across;
	return Math.floor(Math.max(22, Math.min(260, across, Math.max(down, 28))));
}
