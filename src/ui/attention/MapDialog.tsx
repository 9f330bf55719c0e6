import { useDeferredValue, useMemo } from 'react';
import { Dialog } from '../shared/Dialog';
import { formatCount, formatProbability, formatShare } from '../shared/format';
import { useSize } from '../shared/hooks';
import { range } from '../shared/range';
import type { ColumnView } from './columns';
import { type Drawn, type Explorer, viewOf } from './explorer';
import { LargeMap, MARGIN, type MapHands, unitFor } from './LargeMap';
import { Legend } from './Legend';
import { usePicture, valueWords } from './MapColumn';
import { cellWords, sinkShares, topKeys } from './maps';
import { type Look, ownLimit, type Picture } from './paint';
import { clamped } from './place';
import { RowTable } from './RowTable';

interface Props {
	columns: readonly ColumnView[];
	drawn: Drawn;
	/** The column that is enlarged. */
	open: number;
	explorer: Explorer;
	look: Look;
	onColumn(column: number): void;
	actions: MapHands & { onOpen(layer: number, head: number): void };
	onClose(): void;
}

/** One column's open map, large, with the numbers of a row. It is the same cell as in the panel. */
export function MapDialog({ columns, drawn, open, explorer, look, onColumn, actions, onClose }: Props) {
	// The dialog answers the click, its map comes a moment later.
	const ready = useDeferredValue(true, false);
	const column = columns[open];
	const picture = usePicture(column, drawn);
	if (!picture) {
		return (
			<Dialog title="Attention" onClose={onClose}>
				<p>This run has no attention map yet; it appears with the next probe.</p>
			</Dialog>
		);
	}
	const { layers, heads, step } = picture.maps;
	const layer = Math.min(explorer.layer, layers - 1);
	const head = Math.min(explorer.head, heads - 1);
	const tools = (
		<>
			<label className="inline">
				<span className="hidden">Run</span>
				<select value={open} onChange={(event) => onColumn(Number(event.target.value))}>
					{columns.map(({ run, role }, i) => (
						<option key={`${run.info.id}${role}`} value={i}>
							{run.name}
							{role}, seed {run.info.seed}
						</option>
					))}
				</select>
			</label>
			<Numbers label="Layer" count={layers} value={layer} onChange={(value) => actions.onOpen(value, head)} />
			<Numbers label="Head" count={heads} value={head} onChange={(value) => actions.onOpen(layer, value)} />
			<span className="label">step {formatCount(step)}</span>
		</>
	);
	return (
		<Dialog title="Attention" className="map-dialog" onClose={onClose} tools={tools}>
			{ready && <OpenMap column={column} picture={picture} explorer={{ ...explorer, layer, head }} look={look} actions={actions} />}
		</Dialog>
	);
}

interface OpenMapProps {
	column: ColumnView;
	picture: Picture;
	explorer: Explorer;
	look: Look;
	actions: MapHands;
}

/** The map and the numbers of the row in it that is looked at. */
function OpenMap({ column, picture, explorer, look, actions }: OpenMapProps) {
	const [ref, size] = useSize<HTMLDivElement>();
	const { maps, minus } = picture;
	const { layer, head, locked } = explorer;
	const sinks = useMemo(() => sinkShares(maps), [maps]);
	const limit = useMemo(() => (look.range === 'own' ? ownLimit(picture, layer, head) : 1), [look.range, picture, layer, head]);
	const place = clamped(explorer.place ?? { query: maps.length - 1, key: 0 }, maps.length);
	const view = viewOf(explorer, maps.length);
	const value = valueWords(column, { layer, head, place });
	const room = Math.min(size.width - MARGIN.left, (size.height || size.width) - MARGIN.top);
	const { query } = place;
	return (
		<div className="map-dialog-main">
			<div ref={ref} className="large-map-room">
				{size.width > 0 && (
					<LargeMap
						picture={picture}
						layer={layer}
						head={head}
						view={view}
						unit={unitFor(room, view.count)}
						place={place}
						locked={locked}
						look={look}
						label={`${column.run.name}${column.role}`}
						value={value}
						masked={[]}
						hands={{ ...actions, onMask: undefined }}
						focused
					/>
				)}
			</div>
			<aside className="map-side">
				<p role="status">
					{cellWords(maps, { layer, head, ...place })}: <strong>{place.key > query ? '0, it comes later' : value}</strong>
				</p>
				<Legend look={look} limit={limit} signed={minus !== null} />
				<p className="label">
					The first token gets {formatShare(sinks[layer * maps.heads + head])} of this head’s attention, mean over queries.
				</p>
				<h3>Where query {query + 1} looks most</h3>
				<ol className="top-keys">
					{topKeys(maps, layer, head, query, 8).map(({ key, probability }) => (
						<li key={key}>
							<span className="muted">{key + 1}</span>
							<span className="mono">{maps.tokens[key]}</span>
							<span className="bar" style={{ width: `${100 * probability}%` }} />
							<span className="number">{formatProbability(probability)}</span>
						</li>
					))}
				</ol>
				<RowTable maps={maps} layer={layer} head={head} query={query} />
			</aside>
		</div>
	);
}

function Numbers({ label, count, value, onChange }: { label: string; count: number; value: number; onChange(value: number): void }) {
	return (
		<label className="inline">
			{label}
			<select value={value} onChange={(event) => onChange(Number(event.target.value))}>
				{range(count).map((i) => (
					<option key={i} value={i}>
						{i + 1}
					</option>
				))}
			</select>
		</label>
	);
}
