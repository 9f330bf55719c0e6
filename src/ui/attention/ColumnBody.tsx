import { useMemo } from 'react';
import { descriptorOf, type Intervention, type InterventionKey } from '../../experiment/interventions';
import { isOn } from '../../experiment/interventions/edits';
import { handleKey } from '../actions/action';
import { MAP_ACTIONS, type MapContext } from '../actions/attentionActions';
import { groupStyle } from '../theme/methodStyle';
import { columnLayout } from './columnLayout';
import { viewOf } from './explorer';
import { LargeMap } from './LargeMap';
import { Legend } from './Legend';
import { MapGrid } from './MapGrid';
import { MARGIN, roomOf } from './mapSize';
import { hasSink } from './maps';
import { type ColumnProps, cellCommands, type MapHandlers, type MapView } from './mapView';
import { ownLimit, type Picture } from './paint';
import { valueText } from './picture';
import type { Place } from './place';
import { Strips } from './Strips';
import { useSinkLogit } from './useSinkLogit';

/** Thumbnails, the open map and the strips of a run. */
export default function ColumnBody({ index, column, picture, strips, view, room }: ColumnProps & { picture: Picture }) {
	const { run, role, intervention } = column;
	const { explorer, colours, editable, handlers, tops } = view;
	const { maps, minus, attention } = picture;
	const layer = Math.min(explorer.layer, maps.layers - 1);
	const head = Math.min(explorer.head, maps.heads - 1);
	const part = viewOf(explorer, maps.length);
	const logit = useSinkLogit(column, picture, layer, head);
	const { side, thumb, unit } = columnLayout(room, { ...maps, count: part.count, reserved: roomOf(logit) });
	const limit = useMemo(() => (colours.range === 'own' ? ownLimit(picture, layer, head) : colours.most), [colours, picture, layer, head]);
	const place = explorer.place && explorer.place.query < maps.length && explorer.place.key < maps.length ? explorer.place : null;
	const masked = useMaskedKeys(intervention, layer);
	const onToggleHead = useMemo(
		() => (l: number, h: number) => handlers.onToggle(index, 'headsOff', { layer: l, head: h }),
		[handlers, index],
	);
	const label = `${run.name}${role}`;
	const sink = useMemo(() => minus === null && hasSink(attention, layer, head), [attention, minus, layer, head]);
	return (
		<div className={`column-body ${side === 0 ? 'stacked' : ''}`} style={{ '--side': `${side}px` } as React.CSSProperties}>
			<div className="column-map">
				<div className="column-side">
					<MapGrid
						picture={picture}
						label={label}
						layer={layer}
						head={head}
						size={thumb}
						colours={colours}
						off={intervention.headsOff}
						live={editable}
						onOpen={handlers.onOpen}
						onToggleHead={onToggleHead}
					/>
					<span className="spring" />
					<label className="inline head-on">
						<input
							type="checkbox"
							checked={!isOn(intervention, 'headsOff', { layer, head })}
							disabled={!editable}
							onChange={() => onToggleHead(layer, head)}
						/>
						layer {layer + 1}, head {head + 1}
					</label>
					<Legend display={explorer.display} colours={colours} limit={limit} signed={minus !== null} />
				</div>
				<LargeMap
					picture={picture}
					layer={layer}
					head={head}
					view={part}
					unit={unit}
					place={place}
					locked={explorer.locked}
					colours={colours}
					display={explorer.display}
					label={label}
					value={valueText(column, explorer)}
					masked={masked}
					sink={sink}
					logit={logit}
					limit={limit}
					handlers={mapHandlers(view, index, layer, head, place)}
				/>
			</div>
			{strips && (
				<Strips
					{...strips}
					sink={sink}
					tops={tops}
					view={part}
					unit={unit}
					margin={MARGIN.left}
					colour={groupStyle(run.info).colour}
					at={place?.key ?? null}
				/>
			)}
		</div>
	);
}

/** Keys that are masked in the layer. */
function useMaskedKeys(intervention: Intervention, layer: number): number[] {
	return useMemo(
		() => [...new Set(intervention.maskedKeys.map(({ key }) => key))].filter((key) => isOn(intervention, 'maskedKeys', { layer, key })),
		[intervention, layer],
	);
}

/** The panel's handlers on one column's open map: clicks on a key's column head and keyboard keys act on its run. */
function mapHandlers(
	{ editable, explorer, handlers }: MapView,
	index: number,
	layer: number,
	head: number,
	place: Place | null,
): MapHandlers {
	const toggle = (key: InterventionKey) => {
		const at = { head: { layer, head }, layer: { layer }, key: place && { key: place.key, layer: null } };
		const edit = at[descriptorOf(key).target as keyof typeof at];
		if (edit) handlers.onToggle(index, key, edit);
	};
	return {
		...handlers,
		onMask: editable ? (key) => handlers.onToggle(index, 'maskedKeys', { key, layer: null }) : undefined,
		onKey(event, length) {
			const context: MapContext = {
				locked: editable ? '' : 'The run cannot be changed.',
				cell: place !== null,
				enlarged: false,
				enlarge: () => handlers.onEnlarge(index),
				toggle,
				...cellCommands(explorer, handlers, length),
			};
			handleKey(MAP_ACTIONS, context, event);
		},
	};
}
