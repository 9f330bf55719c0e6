import { memo, useCallback, useDeferredValue, useMemo, useState } from 'react';
import type { RunView } from '../../session/client/snapshot';
import { useSame } from '../charts/useSame';
import { formatCount, formatProbability } from '../format';
import { useMedia, useSize } from '../hooks';
import type { ScaleName, Shade } from '../style/attentionScale';
import { Legend } from './Legend';
import { MapColumn } from './MapColumn';
import { MapDialog } from './MapDialog';
import { type Cell, cellWords, probabilityAt } from './maps';
import { shownRuns } from './shown';

interface Props {
	runs: readonly RunView[];
	shade: Shade;
	/** What to say while there is nothing to show. */
	empty: string;
}

/** Attention of up to three methods side by side: layers × heads, a value under the pointer, one map open on demand. */
export const AttentionPanel = memo(function AttentionPanel({ runs, shade, empty }: Props) {
	const [ref, size] = useSize<HTMLDivElement>();
	const [methods, setMethods] = useState<(string | null)[]>([]);
	const [seed, setSeed] = useState<number | null>(null);
	const [scale, setScale] = useState<ScaleName>('root');
	const [hover, setHover] = useState<Cell | null>(null);
	const [open, setOpen] = useState<{ run: string; layer: number; head: number } | null>(null);

	const narrow = useMedia('(max-width: 699px)');
	const columns = size.width < 560 ? 1 : size.width < 860 ? 2 : 3;
	const shown = shownRuns(runs, methods, seed, columns);
	const seeds = [...new Set(runs.map((run) => run.info.seed))];
	const infos = useSame(runs.map((run) => run.info));
	const choices = useMemo(() => [...new Map(infos.map(({ method, label }) => [method, label]))], [infos]);
	const choose = useCallback(
		(column: number, method: string) => setMethods((before) => Object.assign([...before], { [column]: method })),
		[],
	);
	const openMap = useCallback((run: string, layer: number, head: number) => setOpen({ run, layer, head }), []);
	const drawnScale = useDeferredValue(scale);
	return (
		<section className="panel attention" aria-labelledby="attention-title">
			<div className="panel-head">
				<h2 id="attention-title">Attention</h2>
				<span className="label hint">row: where a token looks; ▾ over a first column: a sink</span>
				<Readout cell={hover} runs={shown} />
				<span className="spring" />
				{seeds.length > 1 && (
					<label className="inline">
						Seed
						<select value={shown[0]?.info.seed ?? seeds[0]} onChange={(event) => setSeed(Number(event.target.value))}>
							{seeds.map((value) => (
								<option key={value}>{value}</option>
							))}
						</select>
					</label>
				)}
				<label className="inline">
					Scale
					<select value={scale} onChange={(event) => setScale(event.target.value as ScaleName)}>
						<option value="root">square root</option>
						<option value="linear">linear</option>
					</select>
				</label>
				<Legend scale={scale} shade={shade} />
			</div>
			<div ref={ref} className="map-columns" style={{ gridTemplateColumns: `repeat(${Math.max(1, shown.length)}, 1fr)` }}>
				{shown.length === 0 && <p className="empty">{empty}</p>}
				{shown.map((run, column) => (
					<MapColumn
						// biome-ignore lint/suspicious/noArrayIndexKey: a column is its place; what it shows changes
						key={column}
						column={column}
						info={run.info}
						maps={run.maps}
						choices={choices}
						empty={empty}
						width={size.width / shown.length}
						height={narrow ? 0 : size.height}
						scale={drawnScale}
						shade={shade}
						onChoose={choose}
						onHover={setHover}
						onOpen={openMap}
					/>
				))}
			</div>
			{open && <MapDialog runs={runs} open={open} onOpen={setOpen} scale={scale} shade={shade} onClose={() => setOpen(null)} />}
		</section>
	);
});

/** The hovered cell, and its value in every method shown. */
function Readout({ cell, runs }: { cell: Cell | null; runs: readonly RunView[] }) {
	const first = runs.find((run) => run.maps)?.maps;
	if (!cell || !first || cell.layer >= first.layers || cell.query >= first.length) {
		const step = first?.step;
		return <span className="readout label">{step === undefined ? '' : `recorded at step ${formatCount(step)}`}</span>;
	}
	return (
		<span className="readout">
			{cellWords(first, cell)}:{' '}
			{runs.map((run) => (
				<span key={run.info.id} className="reading-value">
					{run.info.label}{' '}
					<strong>{run.maps && cell.layer < run.maps.layers ? formatProbability(probabilityAt(run.maps, cell)) : '–'}</strong>
				</span>
			))}
		</span>
	);
}
