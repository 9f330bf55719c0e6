import { ScaleSelect } from '../theme/ScaleSelect';
import { DisplayChoice } from './DisplayChoice';
import { DRAWN, type Drawn, type Explorer } from './explorer';

interface Props {
	explorer: Explorer;
	seeds: readonly number[];
	seed: number | undefined;
	/** True if an intervention acts on a run shown. */
	intervened: boolean;
	/** True if there is space for one run in two columns. */
	wide: boolean;
	/** Largest zoom of the maps shown. */
	most: number;
	onChange(change: Partial<Explorer>): void;
	onZoom(direction: 1 | -1): void;
	onZoomOut(): void;
}

const DRAWN_TEXT: Record<Drawn, string> = {
	baseline: 'original',
	intervened: 'changed',
	difference: 'difference',
	beside: 'both, side by side',
};

/** How the maps are drawn: zoom, colour scale, and which side of an intervention. */
export function MapTools({ explorer, seeds, seed, intervened, wide, most, onChange, onZoom, onZoomOut }: Props) {
	return (
		<>
			{intervened && (
				<label className="inline">
					Maps
					<select value={explorer.drawn} onChange={(event) => onChange({ drawn: event.target.value as Drawn })}>
						{DRAWN.filter((drawn) => wide || drawn !== 'beside').map((drawn) => (
							<option key={drawn} value={drawn}>
								{DRAWN_TEXT[drawn]}
							</option>
						))}
					</select>
				</label>
			)}
			{seeds.length > 1 && (
				<label className="inline">
					Seed
					<select value={seed} onChange={(event) => onChange({ seed: Number(event.target.value) })}>
						{seeds.map((value) => (
							<option key={value}>{value}</option>
						))}
					</select>
				</label>
			)}
			<fieldset className="inline zoom">
				<legend className="hidden">Zoom of the open maps</legend>
				<button
					type="button"
					className="icon"
					aria-label="Zoom out"
					title="Zoom out (−)"
					disabled={explorer.zoom === 0}
					onClick={() => onZoom(-1)}
				>
					−
				</button>
				<button
					type="button"
					className="icon"
					aria-label="Zoom in, around the cell"
					title="Zoom in, around the cell (+)"
					disabled={explorer.zoom >= most}
					onClick={() => onZoom(1)}
				>
					+
				</button>
				<button type="button" disabled={explorer.zoom === 0} onClick={onZoomOut}>
					Whole
				</button>
			</fieldset>
			<DisplayChoice display={explorer.display} onDisplay={(display) => onChange({ display })} />
			<ScaleSelect scale={explorer.scale} onScale={(scale) => onChange({ scale })} />
			<label className="inline">
				<span className="hidden">Range of the scale</span>
				<select value={explorer.range} onChange={(event) => onChange({ range: event.target.value as Explorer['range'] })}>
					<option value="fixed">{explorer.display === 'moved' ? 'one for all maps' : '0 to 1'}</option>
					<option value="own">each map’s own</option>
				</select>
			</label>
		</>
	);
}
