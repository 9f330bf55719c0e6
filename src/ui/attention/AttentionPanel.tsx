import { memo, type ReactNode, useDeferredValue, useEffect, useMemo, useState } from 'react';
import type { RunView } from '../../session/client/store/labSnapshot';
import { lazyDialog } from '../shared/dialogScripts';
import { formatCount } from '../shared/format';
import { type Selection, useInterventions } from '../shared/useInterventions';
import type { Shade } from '../theme/attentionScale';
import { sharedLimit } from './display';
import { MapColumn } from './MapColumn';
import type { MapView } from './mapView';
import { PanelHead } from './PanelHead';
import type { MapColours } from './paint';
import { choicesOf } from './shown';
import { TimeRow } from './TimeRow';
import { useColumnHandlers } from './useColumnHandlers';
import { type Columns, useColumns } from './useColumns';
import { useExplorer } from './useExplorer';
import { type Room, useRoom } from './useRoom';
import { useScrubber } from './useScrubber';
import { useShownRuns } from './useShownRuns';

const MapDialog = lazyDialog(() => import('./MapDialog'));

interface Props {
	runs: readonly RunView[];
	shade: Shade;
	/** Message while there is nothing to show. */
	empty: string;
	/** Renders the interventions on the selection, next to the maps. */
	interventions(selection: Selection): ReactNode;
}

/** Attention of two or three runs side by side, over training and under interventions. */
export const AttentionPanel = memo(function AttentionPanel({ runs, shade, empty, interventions: renderInterventions }: Props) {
	const room = useRoom();
	const { explorer, actions } = useExplorer();
	const { visible, shown, focus, focused } = useShownRuns(runs, explorer, room.columns, actions.onChoose);
	const interventions = useInterventions(shown, focused);
	const { text } = interventions;
	const found = useColumns(shown, explorer, interventions, focus, room.columns);
	const { columns, drawn, beside, live, layer, head, tops } = found;
	const scrubber = useScrubber(shown, explorer.step, text, actions.patch);
	useFreshStart(runs.length === 0, actions.patch);
	const [enlarged, setEnlarged] = useState<number | null>(null);
	const handlers = useColumnHandlers({ shown, beside, focus }, actions, interventions.edit, setEnlarged);
	const colours = useColours(
		explorer,
		sharedLimit(
			columns.flatMap(({ frame, intervened }) => [frame, intervened?.frame]),
			explorer.display,
		),
		shade,
	);
	const editable = live && !focused?.recorded;
	const view: MapView = { explorer, drawn, colours, tops, choices: choicesOf(visible, explorer.seed), editable, handlers };

	const frame = columns.find((column) => column.frame)?.frame ?? null;
	const { place } = explorer;
	const cell = frame && place && place.query < frame.length && place.key < frame.length ? { layer, head, ...place } : null;
	return (
		<section className="panel attention" aria-labelledby="attention-title">
			<PanelHead
				explorer={explorer}
				actions={actions}
				frame={frame}
				cell={cell}
				seeds={[...new Set(visible.map((run) => run.info.seed))]}
				seed={shown[0]?.info.seed}
				intervened={found.intervened}
				wide={room.columns > 1}
			/>
			<div className="attention-body">
				<MapColumns
					room={room}
					found={found}
					view={view}
					focus={focus}
					empty={(run) =>
						run === null || live ? empty : `Nothing was recorded for ${run.name} up to step ${formatCount(explorer.step ?? 0)}.`
					}
				/>
				{focused &&
					renderInterventions({
						run: focused,
						several: shown.length > 1,
						interventions,
						layer,
						head,
						position: place?.query ?? null,
						lockedKey: explorer.locked && place ? place.key : null,
						live,
						onLatest: () => scrubber.onStep(null),
					})}
			</div>
			{shown.length > 0 && (
				<TimeRow
					shown={shown}
					scrubber={scrubber}
					explorer={{ ...explorer, layer, head }}
					interventions={interventions}
					width={room.size.width}
					shade={shade}
					onOpen={(l, h, step) => actions.patch({ layer: l, head: h, step: step === scrubber.steps.at(-1) ? null : step })}
				/>
			)}
			{enlarged !== null && columns[enlarged] && (
				<MapDialog columns={columns} open={enlarged} view={view} onColumn={setEnlarged} onClose={() => setEnlarged(null)} />
			)}
		</section>
	);
});

interface MapColumnsProps {
	room: Room;
	found: Columns;
	view: MapView;
	focus: number;
	/** Text of the panel without runs (null), or of a run without maps. */
	empty(run: RunView | null): string;
}

function MapColumns({ room, found: { columns, strips, beside }, view, focus, empty }: MapColumnsProps) {
	const count = Math.max(1, columns.length);
	const columnRoom = { width: room.size.width / count, height: room.narrow ? 0 : room.size.height };
	return (
		<div ref={room.ref} className="map-columns" style={{ gridTemplateColumns: `repeat(${count}, minmax(0, 1fr))` }}>
			{columns.length === 0 && <p className="empty">{empty(null)}</p>}
			{columns.map((column, index) => (
				<MapColumn
					// biome-ignore lint/suspicious/noArrayIndexKey: a column is its place; what it shows changes
					key={index}
					index={index}
					column={column}
					strips={strips[index]}
					view={view}
					room={columnRoom}
					focused={columns.length > 1 && !beside && index === focus}
					empty={empty(column.run)}
				/>
			))}
		</div>
	);
}

/** New runs start at their latest step, without a chosen cell. */
function useFreshStart(empty: boolean, patch: ReturnType<typeof useExplorer>['actions']['patch']): void {
	useEffect(() => {
		if (empty) patch({ step: null, place: null, locked: false });
	}, [empty, patch]);
}

/** The same object for the same settings: a new object repaints the maps. */
function useColours({ scale: chosen, range }: Pick<MapColours, 'scale' | 'range'>, most: number, shade: Shade): MapColours {
	const scale = useDeferredValue(chosen);
	return useMemo(() => ({ scale, range, most, shade }), [scale, range, most, shade]);
}
