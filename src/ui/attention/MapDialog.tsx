import { useDeferredValue, useMemo } from 'react';
import { handleKey } from '../actions/action';
import { MAP_ACTIONS, type MapContext } from '../actions/attentionActions';
import { firstTokenShare } from '../measures/firstToken';
import { Dialog } from '../shared/Dialog';
import { FigureMenu } from '../shared/figures/FigureMenu';
import { capital, formatCount, formatProbability, formatShare } from '../shared/format';
import { useSize } from '../shared/hooks';
import { range } from '../shared/range';
import { tokenText } from '../shared/tokenText';
import type { ColumnView } from './columns';
import { DisplayChoice } from './DisplayChoice';
import { DISPLAYS, type Display } from './display';
import { viewOf } from './explorer';
import { LargeMap } from './LargeMap';
import { Legend } from './Legend';
import { MARGIN, roomOf, unitFor } from './mapSize';
import { type Cell, cellText, hasSink, topKeys } from './maps';
import { cellCommands, type MapView } from './mapView';
import { type MapColours, ownLimit, type Picture } from './paint';
import { usePicture, valueText } from './picture';
import { clamped } from './place';
import { RowTable } from './RowTable';
import { sinkRowSum } from './sinkLogit';
import { useSinkLogit } from './useSinkLogit';

interface Props {
	columns: readonly ColumnView[];
	/** The enlarged column. */
	open: number;
	view: MapView;
	onColumn(column: number): void;
	onClose(): void;
}

/** The open map of a column, enlarged, with the numbers of a row. The chosen cell is the panel's. */
export default function MapDialog({ columns, open, view, onColumn, onClose }: Props) {
	const { drawn, explorer, handlers } = view;
	// The dialog opens at once; its map is drawn a moment later.
	const ready = useDeferredValue(true, false);
	const column = columns[open];
	const picture = usePicture(column, drawn, explorer.display);
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
			<Numbers label="Layer" count={layers} value={layer} onChange={(value) => handlers.onOpen(value, head)} />
			<Numbers label="Head" count={heads} value={head} onChange={(value) => handlers.onOpen(layer, value)} />
			<DisplayChoice display={explorer.display} onDisplay={handlers.onDisplay} />
			<span className="label">step {formatCount(step)}</span>
			<FigureMenu
				title={`${capital(DISPLAYS[explorer.display].label)} of ${column.run.name}${column.role}, layer ${layer + 1}, head ${head + 1}`}
				runs={[column.run]}
				records={async () => (await import('./mapRecords')).mapRecords([column], layer, head, explorer.display)}
			/>
		</>
	);
	return (
		<Dialog title="Attention" className="map-dialog" onClose={onClose} tools={tools}>
			{ready && <OpenMap column={column} picture={picture} view={view} layer={layer} head={head} />}
		</Dialog>
	);
}

interface OpenMapProps {
	column: ColumnView;
	picture: Picture;
	view: MapView;
	layer: number;
	head: number;
}

/** The map, and the numbers of the chosen row. */
function OpenMap({ column, picture, view, layer, head }: OpenMapProps) {
	const [ref, size] = useSize<HTMLDivElement>();
	const { explorer, colours, handlers } = view;
	const { maps } = picture;
	const place = clamped(explorer.place ?? { query: maps.length - 1, key: 0 }, maps.length);
	const part = viewOf(explorer, maps.length);
	const logit = useSinkLogit(column, picture, layer, head);
	const limit = useMemo(() => (colours.range === 'own' ? ownLimit(picture, layer, head) : colours.most), [colours, picture, layer, head]);
	const room = Math.min(size.width - MARGIN.left - roomOf(logit), (size.height || size.width) - MARGIN.top);
	const value = valueText(column, { layer, head, place, display: explorer.display });
	const onKey = (event: React.KeyboardEvent, length: number) => {
		const context: MapContext = {
			locked: 'Close the enlarged map first.',
			cell: true,
			enlarged: true,
			enlarge() {},
			toggle() {},
			...cellCommands(explorer, handlers, length),
		};
		handleKey(MAP_ACTIONS, context, event);
	};
	return (
		<div className="map-dialog-main figure-part">
			<div ref={ref} className="large-map-room">
				{size.width > 0 && (
					<LargeMap
						picture={picture}
						layer={layer}
						head={head}
						view={part}
						unit={unitFor(room, part.count)}
						place={place}
						locked={explorer.locked}
						colours={colours}
						display={explorer.display}
						label={`${column.run.name}${column.role}`}
						value={value}
						masked={[]}
						sink={picture.minus === null && hasSink(picture.attention, layer, head)}
						logit={logit}
						limit={limit}
						handlers={{ ...handlers, onKey }}
						focused
					/>
				)}
			</div>
			<RowNumbers
				display={explorer.display}
				picture={picture}
				cell={{ layer, head, ...place }}
				value={value}
				sum={sinkRowSum(column, picture, { layer, head, query: place.query })}
				colours={colours}
				limit={limit}
			/>
		</div>
	);
}

interface RowNumbersProps {
	display: Display;
	picture: Picture;
	cell: Cell;
	/** Attention at the cell. */
	value: string;
	/** Sum of the row; null if there is no sink logit. */
	sum: number | null;
	colours: MapColours;
	/** The far end of the colour scale. */
	limit: number;
}

/** The cell, the colour scale, and the keys that the chosen query attends to most. */
function RowNumbers({ display, picture, cell, value, sum, colours, limit }: RowNumbersProps) {
	const { maps, minus, attention } = picture;
	const { format } = DISPLAYS[display];
	const { layer, head, query, key } = cell;
	const top = topKeys(maps, layer, head, query, 8);
	return (
		<aside className="map-side">
			<p role="status">
				{cellText(maps, cell)}: <strong>{key > query ? '0, a later token' : value}</strong>
			</p>
			<Legend display={display} colours={colours} limit={limit} signed={minus !== null} />
			<p className="label">
				The first token gets {formatShare(firstTokenShare(attention, layer, head))} of this head’s attention in this sequence, mean over the
				other tokens.
			</p>
			{sum !== null && (
				<p className="label">
					This row sums to {formatProbability(sum)}. The sink logit takes the other {formatProbability(1 - sum)}.
				</p>
			)}
			<h3>
				{display === 'moved' ? 'Most moved to' : 'Most attended by'} {tokenText(maps.tokens, query)}
			</h3>
			<ol className="top-keys">
				{top.map(({ key, probability }) => (
					<li key={key}>
						<span className="muted">{key + 1}</span>
						<span className="mono">{maps.tokens[key]}</span>
						<span className="bar" style={{ width: `${(100 * probability) / (display === 'moved' ? top[0].probability || 1 : 1)}%` }} />
						<span className="number">{format(probability)}</span>
					</li>
				))}
			</ol>
			<RowTable
				display={display}
				maps={maps}
				layer={layer}
				head={head}
				query={query}
				rest={sum === null || display !== 'attention' ? null : 1 - sum}
			/>
		</aside>
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
