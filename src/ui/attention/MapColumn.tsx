import { memo, useMemo } from 'react';
import type { Intervention } from '../../experiment/intervention';
import { isMasked, isOff } from '../interventions/edits';
import { formatCount, formatProbability } from '../shared/format';
import { groupStyle } from '../theme/methodStyle';
import { Swatch } from '../theme/Swatch';
import type { ColumnView } from './columns';
import { type Drawn, type Explorer, viewOf } from './explorer';
import { LargeMap, MARGIN, type MapHands, unitFor } from './LargeMap';
import { Legend } from './Legend';
import { gridWidth, MapGrid } from './MapGrid';
import { probabilityAt } from './maps';
import { type Look, ownLimit, type Picture } from './paint';
import { Strips } from './Strips';
import { STRIPS, type StripKind, type Strips as StripValues } from './strips';

export interface ColumnHands extends MapHands {
	onFocus(column: number): void;
	onChoose(column: number, group: string): void;
	onOpen(layer: number, head: number): void;
	onToggleHead(column: number, layer: number, head: number): void;
	onEnlarge(column: number): void;
	onMaskIn(column: number, key: number): void;
}

interface Props {
	/** Which column this is, from 0. */
	index: number;
	column: ColumnView;
	/** What is drawn of a run that an intervention acts on. */
	drawn: Drawn;
	strips: { shown: StripValues; untouched: StripValues | null } | null;
	tops: Record<StripKind['name'], number>;
	choices: readonly (readonly [group: string, name: string])[];
	intervention: Intervention;
	/** Whether the run can be touched: at the latest step. */
	live: boolean;
	explorer: Explorer;
	look: Look;
	empty: string;
	/** Room for the column, CSS pixels; height 0 = as high as it likes. */
	width: number;
	height: number;
	focused: boolean;
	hands: ColumnHands;
}

/** One run: its layers and heads small, one of them open, and under it what its keys are worth. */
export const MapColumn = memo(function MapColumn(props: Props) {
	const { index, column, drawn, choices, explorer, focused, empty, hands } = props;
	const { run, role } = column;
	const picture = usePicture(column, drawn);
	return (
		<section
			className={`map-column ${focused ? 'focused' : ''}`}
			aria-label={`Attention of ${run.name}${role}`}
			onPointerDown={() => hands.onFocus(index)}
			// Not with the focus alone: on the way to the interventions on this run, Tab goes through the columns after it.
			onKeyDownCapture={(event) => event.key !== 'Tab' && event.key !== 'Shift' && hands.onFocus(index)}
		>
			<div className="column-head">
				<Swatch style={groupStyle(run.info)} />
				<select
					aria-label="Run shown"
					className="map-method"
					value={run.info.group}
					onChange={(event) => hands.onChoose(index, event.target.value)}
				>
					{choices.map(([group, name]) => (
						<option key={group} value={group}>
							{name}
							{group === run.info.group && role}
						</option>
					))}
				</select>
				<span className="spring" />
				<strong className="column-value">{valueWords(column, explorer)}</strong>
				{column.frame && <span className="label">step {formatCount(column.frame.step)}</span>}
				{column.frame && (
					<button
						type="button"
						className="quiet icon enlarge"
						title="Enlarge, with the row’s numbers as a table (Enter on the map)"
						aria-label={`Enlarge the map of ${run.name}${role}`}
						onClick={() => hands.onEnlarge(index)}
					>
						⤢
					</button>
				)}
			</div>
			{picture ? <ColumnBody {...props} picture={picture} /> : <p className="empty">{empty}</p>}
		</section>
	);
});

/** What is drawn of a column; the same object for the same maps, so that it is painted once. */
export function usePicture({ frame, touched }: ColumnView, drawn: Drawn): Picture | null {
	const maps = touched && drawn !== 'untouched' ? touched.frame : frame;
	const minus = touched && drawn === 'difference' ? frame : null;
	return useMemo(() => maps && { maps, minus }, [maps, minus]);
}

/** The value of the cell: `0.345`, and what an intervention makes of it. */
export function valueWords({ frame, touched }: ColumnView, { layer, head, place }: Pick<Explorer, 'layer' | 'head' | 'place'>): string {
	if (!frame || !place || place.query >= frame.length || place.key >= frame.length) return '';
	const cell = { ...place, layer: Math.min(layer, frame.layers - 1), head: Math.min(head, frame.heads - 1) };
	const value = formatProbability(probabilityAt(frame, cell));
	return touched ? `${value} → ${formatProbability(probabilityAt(touched.frame, cell))}` : value;
}

/** Height of what is above the map, and of a strip, CSS pixels; all strips have room, so that an answer moves nothing. */
const HEAD = 34;
const STRIP = 20;
/** The side is never narrower than a strip's label. */
const LEAST_SIDE = 116;

function ColumnBody({
	index,
	column,
	picture,
	strips,
	tops,
	intervention,
	live,
	explorer,
	look,
	width,
	height,
	hands,
}: Props & { picture: Picture }) {
	const { run, role } = column;
	const { maps, minus } = picture;
	const layer = Math.min(explorer.layer, maps.layers - 1);
	const head = Math.min(explorer.head, maps.heads - 1);
	const view = viewOf(explorer, maps.length);
	const stacked = height === 0;
	const high = stacked ? width : height - HEAD - STRIP * STRIPS.length;
	const inner = width - 24;
	const thumb = thumbnailSize(maps.layers, maps.heads, stacked ? inner : Math.min(200, 0.42 * inner), stacked ? 340 : high - 74);
	const side = stacked ? 0 : Math.max(LEAST_SIDE, gridWidth(maps.heads, thumb)) + 8;
	const unit = unitFor(Math.max(96, Math.min(inner - side - MARGIN.left, high - MARGIN.top)), view.count);
	const limit = useMemo(() => (look.range === 'own' ? ownLimit(picture, layer, head) : 1), [look.range, picture, layer, head]);
	const { place } = explorer;
	const shownPlace = place && place.query < maps.length && place.key < maps.length ? place : null;
	const masked = useMemo(
		() => [...new Set(intervention.maskedKeys.map(({ key }) => key))].filter((key) => isMasked(intervention, layer, key)),
		[intervention, layer],
	);
	const mapHands: MapHands = {
		...hands,
		onMask: live ? (key) => hands.onMaskIn(index, key) : undefined,
		onKey: (event, length) => {
			if (event.ctrlKey || event.metaKey || event.altKey) return;
			if (event.key === 'Enter') hands.onEnlarge(index);
			else if (event.key === 'o' && live) hands.onToggleHead(index, layer, head);
			else if (event.key === 'm' && live && shownPlace) hands.onMaskIn(index, shownPlace.key);
			else hands.onKey(event, length);
		},
	};
	const toggle = useMemo(() => (l: number, h: number) => hands.onToggleHead(index, l, h), [hands, index]);
	return (
		<div className="column-body" style={{ '--side': `${side}px` } as React.CSSProperties}>
			<div className="column-map">
				<div className="column-side">
					<MapGrid
						picture={picture}
						label={`${run.name}${role}`}
						layer={layer}
						head={head}
						size={thumb}
						look={look}
						off={intervention.headsOff}
						live={live}
						onOpen={hands.onOpen}
						onToggleHead={toggle}
					/>
					<span className="spring" />
					<label className="inline head-on">
						<input
							type="checkbox"
							checked={!isOff(intervention, layer, head)}
							disabled={!live}
							onChange={() => hands.onToggleHead(index, layer, head)}
						/>
						layer {layer + 1}, head {head + 1}
					</label>
					<Legend look={look} limit={limit} signed={minus !== null} />
				</div>
				<LargeMap
					picture={picture}
					layer={layer}
					head={head}
					view={view}
					unit={unit}
					place={shownPlace}
					locked={explorer.locked}
					look={look}
					label={`${run.name}${role}`}
					value={valueWords(column, explorer)}
					masked={masked}
					hands={mapHands}
				/>
			</div>
			{strips && (
				<Strips
					{...strips}
					tops={tops}
					view={view}
					unit={unit}
					margin={MARGIN.left}
					colour={groupStyle(run.info).colour}
					at={shownPlace?.key ?? null}
				/>
			)}
		</div>
	);
}

/** As large as the room allows, between 12 and 44 pixels. */
function thumbnailSize(layers: number, heads: number, width: number, height: number): number {
	const gap = gridWidth(1, 0) - gridWidth(0, 0);
	const edge = gridWidth(0, 0);
	return Math.floor(Math.max(12, Math.min(44, (width - edge) / heads - gap, (height - edge) / layers - gap)));
}
