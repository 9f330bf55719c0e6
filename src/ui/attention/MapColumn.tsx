import { memo } from 'react';
import type { AttentionMaps, RunInfo } from '../../session/client/protocol';
import type { ScaleName, Shade } from '../style/attentionScale';
import { methodStyle } from '../style/methodStyle';
import { Swatch } from '../style/Swatch';
import { MapGrid } from './MapGrid';
import type { Cell } from './maps';

interface Props {
	/** Which column this is, from 0. */
	column: number;
	info: RunInfo;
	maps: AttentionMaps | null;
	/** Name and label of every method that the column could show. */
	choices: readonly (readonly [string, string])[];
	empty: string;
	/** Room for the column, CSS pixels; height 0 = as high as it likes. */
	width: number;
	height: number;
	scale: ScaleName;
	shade: Shade;
	onChoose(column: number, method: string): void;
	onHover(cell: Cell | null): void;
	onOpen(run: string, layer: number, head: number): void;
}

/** One method's maps under its name, which is also the switch to another method. Drawn again only when its maps are new. */
export const MapColumn = memo(function MapColumn(props: Props) {
	const { column, info, maps, choices, empty, width, height, scale, shade, onChoose, onHover, onOpen } = props;
	return (
		<div className="map-column">
			<label className="map-method">
				<Swatch style={methodStyle(info.method)} />
				<span className="hidden">Method shown</span>
				<select value={info.method} onChange={(event) => onChoose(column, event.target.value)}>
					{choices.map(([method, label]) => (
						<option key={method} value={method}>
							{label}
						</option>
					))}
				</select>
			</label>
			{maps ? (
				<MapGrid
					maps={maps}
					label={info.label}
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
});

/** As large as the column allows: between 22 and 280 pixels. */
function thumbnailSize(layers: number, heads: number, width: number, height: number): number {
	const across = (width - 62) / heads - 6;
	const down = height > 0 ? (height - 62) / layers - 12 : across;
	return Math.floor(Math.max(22, Math.min(260, across, Math.max(down, 28))));
}
