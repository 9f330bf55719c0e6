import { memo, useDeferredValue, useMemo, useState } from 'react';
import type { AttentionMaps } from '../../session/client/protocol';
import type { RunView } from '../../session/client/snapshot';
import { Dialog } from '../dialogs/Dialog';
import { formatCount, formatProbability, formatShare } from '../format';
import { useSize } from '../hooks';
import { range } from '../range';
import type { ScaleName, Shade } from '../style/attentionScale';
import { LargeMap } from './LargeMap';
import { Legend } from './Legend';
import { type Cell, cellWords, probabilityAt, sinkShares, topKeys } from './maps';
import { RowTable } from './RowTable';

interface Open {
	run: string;
	layer: number;
	head: number;
}

interface Props {
	runs: readonly RunView[];
	open: Open;
	onOpen(open: Open): void;
	scale: ScaleName;
	shade: Shade;
	onClose(): void;
}

/** One map, large: tokens on both axes, a cell to move by pointer or arrows, and the row's numbers beside it. */
export function MapDialog({ runs, open, onOpen, scale, shade, onClose }: Props) {
	// The dialog answers the click, its map comes a moment later.
	const ready = useDeferredValue(true, false);
	const run = runs.find(({ info }) => info.id === open.run);
	const maps = run?.maps;
	if (!run || !maps) {
		return (
			<Dialog title="Attention" onClose={onClose}>
				<p>This run has no attention map yet; it appears with the next probe.</p>
			</Dialog>
		);
	}
	const layer = Math.min(open.layer, maps.layers - 1);
	const head = Math.min(open.head, maps.heads - 1);
	const withMaps = runs.filter((other) => other.maps);
	const several = new Set(withMaps.map((other) => other.info.seed)).size > 1;
	const tools = (
		<>
			<label className="inline">
				<span className="hidden">Method</span>
				<select value={run.info.id} onChange={(event) => onOpen({ ...open, run: event.target.value })}>
					{withMaps.map(({ info }) => (
						<option key={info.id} value={info.id}>
							{info.label}
							{several && `, seed ${info.seed}`}
						</option>
					))}
				</select>
			</label>
			<Numbers label="Layer" count={maps.layers} value={layer} onChange={(value) => onOpen({ ...open, layer: value })} />
			<Numbers label="Head" count={maps.heads} value={head} onChange={(value) => onOpen({ ...open, head: value })} />
			<span className="label">step {formatCount(maps.step)}</span>
			<Legend scale={scale} shade={shade} />
		</>
	);
	return (
		<Dialog title="Attention" className="map-dialog" onClose={onClose} tools={tools}>
			{ready && <OpenMap maps={maps} layer={layer} head={head} scale={scale} shade={shade} />}
		</Dialog>
	);
}

interface OpenMapProps {
	maps: AttentionMaps;
	layer: number;
	head: number;
	scale: ScaleName;
	shade: Shade;
}

/** The map and the numbers of the row in it that is looked at. */
const OpenMap = memo(function OpenMap({ maps, layer, head, scale, shade }: OpenMapProps) {
	const [ref, size] = useSize<HTMLDivElement>();
	const [place, setPlace] = useState<{ query: number; key: number } | null>(null);
	const sinks = useMemo(() => sinkShares(maps), [maps]);
	const last = maps.length - 1;
	const query = Math.min(place?.query ?? last, last);
	const key = Math.min(place?.key ?? 0, last);
	const cell: Cell = { layer, head, query, key };
	return (
		<div className="map-dialog-main">
			<div ref={ref} className="large-map-room">
				{size.width > 0 && (
					<LargeMap
						maps={maps}
						layer={layer}
						head={head}
						query={query}
						at={key}
						room={size}
						scale={scale}
						shade={shade}
						onMove={setPlace}
					/>
				)}
			</div>
			<aside className="map-side">
				<p role="status">
					{cellWords(maps, cell)}: <strong>{key > query ? '0, it comes later' : formatProbability(probabilityAt(maps, cell))}</strong>
				</p>
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
});

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
