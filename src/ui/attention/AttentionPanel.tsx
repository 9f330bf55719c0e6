import { memo, type ReactNode, useDeferredValue, useEffect, useMemo, useState } from 'react';
import { readsVectors } from '../../experiment/tasks';
import type { RunView } from '../../session/client/store/labSnapshot';
import type { Compared } from '../measures/mostDifferent';
import { lazyDialog } from '../shared/dialogScripts';
import { formatCount } from '../shared/format';
import { type Selection, useInterventions } from '../shared/useInterventions';
import type { Shade } from '../theme/attentionScale';
import { sharedLimit } from './display';
import { MapCaption } from './MapCaption';
import { MapColumn } from './MapColumn';
import type { MapView } from './mapView';
import { OpenMapNote } from './OpenMapNote';
import { PanelHead } from './PanelHead';
import type { MapColours } from './paint';
import { choicesOf } from './shown';
import { TimeRow } from './TimeRow';
import { useColumnHandlers } from './useColumnHandlers';
import { type Columns, useColumns } from './useColumns';
import { useExplorer } from './useExplorer';
import { useMostDifferent } from './useMostDifferent';
import { type Room, useRoom } from './useRoom';
import { useScrubber } from './useScrubber';
import { useShownRuns } from './useShownRuns';

const MapDialog = lazyDialog(() => import('./MapDialog'));

interface Props {
	runs: readonly RunView[];
	shade: Shade;
	/** The group that others are compared with. */
	baseline: string | null;
	/** The panel answers the question: its maps are larger. */
	leads: boolean;
	/** What the maps are compared by. */
	compared: Compared;
	/** Message while there is nothing to show. */
	empty: string;
	/** Renders the interventions on the selection, next to the maps. */
	interventions(selection: Selection): ReactNode;
}

/** Attention of two or three runs side by side, over training and under interventions. */
export const AttentionPanel = memo(function AttentionPanel(props: Props) {
	const { runs, baseline, shade, leads, compared, empty, interventions: renderInterventions } = props;
	const room = useRoom();
	const { explorer, actions } = useExplorer();
	const { visible, shown, focus, focused } = useShownRuns(runs, explorer, room.columns, actions.onChoose);
	useMostDifferent(visible, baseline, explorer, compared, actions.patch);
	const interventions = useInterventions(shown, focused);
	const { text } = interventions;
	const found = useColumns(shown, explorer, interventions, focus, room.columns);
	const { columns, drawn, beside, live, layer, head, tops } = found;
	const scrubber = useScrubber(shown, explorer.step, text, actions.patch);
	useFreshStart(runs.length === 0, actions.patch);
	const [enlarged, setEnlarged] = useState<number | null>(null);
	const handlers = useColumnHandlers({ shown, beside, focus }, actions, interventions.edit, setEnlarged);
	const frames = columns.flatMap(({ frame, intervened }) => [frame, intervened?.frame]);
	const colours = useColours(explorer, sharedLimit(frames, explorer.display), shade);
	const editable = live && !focused?.recorded;
	const view: MapView = { explorer, drawn, colours, tops, choices: choicesOf(visible, explorer.seed), editable, handlers };

	const frame = columns.find((column) => column.frame)?.frame ?? null;
	const { place } = explorer;
	const cell = frame && place && place.query < frame.length && place.key < frame.length ? { layer, head, ...place } : null;
	const selectionOf = (run: RunView): Selection => ({
		...{ run, interventions, layer, head, live },
		several: shown.length > 1,
		position: place?.query ?? null,
		lockedKey: explorer.locked && place ? place.key : null,
		onLatest: () => scrubber.onStep(null),
	});
	return (
		<section className="panel attention" aria-labelledby="attention-title">
			<PanelHead
				explorer={explorer}
				actions={actions}
				found={found}
				frame={frame}
				cell={cell}
				seeds={[...new Set(visible.map((run) => run.info.seed))]}
				seed={shown[0]?.info.seed}
				room={room}
			/>
			<MapCaption vectors={shown.length > 0 && readsVectors(shown[0].info.experiment)} />
			<div className="attention-body">
				<MapColumns
					room={room}
					most={leads ? MOST_LEADING : MOST}
					found={found}
					view={view}
					focus={focus}
					empty={(run) =>
						run === null || live ? empty : `Nothing was recorded for ${run.name} up to step ${formatCount(explorer.step ?? 0)}.`
					}
				/>
				{focused && !focused.recorded && renderInterventions(selectionOf(focused))}
			</div>
			<OpenMapNote
				columns={columns}
				layer={layer}
				head={head}
				compared={compared}
				follows={explorer.follows}
				onFollow={() => actions.patch({ follows: true })}
			/>
			{shown.length > 0 && (
				<TimeRow
					shown={shown}
					scrubber={scrubber}
					explorer={{ ...explorer, layer, head }}
					interventions={interventions}
					width={room.size.width}
					shade={shade}
					onOpen={(l, h, step) => actions.patch({ follows: false, layer: l, head: h, step: step === scrubber.steps.at(-1) ? null : step })}
				/>
			)}
			{enlarged !== null && columns[enlarged] && (
				<MapDialog columns={columns} open={enlarged} view={view} onColumn={setEnlarged} onClose={() => setEnlarged(null)} />
			)}
		</section>
	);
});

/** Largest side of an open map, CSS pixels: of the panel that answers the question, and elsewhere. */
const MOST_LEADING = 380;
const MOST = 320;

interface MapColumnsProps {
	room: Room;
	/** Largest side of an open map, CSS pixels. */
	most: number;
	found: Columns;
	view: MapView;
	focus: number;
	/** Text of the panel without runs (null), or of a run without maps. */
	empty(run: RunView | null): string;
}

function MapColumns({ room, most, found: { columns, strips, beside }, view, focus, empty }: MapColumnsProps) {
	const count = Math.max(1, columns.length);
	const columnRoom = { width: room.size.width / count, narrow: room.narrow, most };
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
		if (empty) patch({ step: null, place: null, locked: false, follows: true, pair: [] });
	}, [empty, patch]);
}

/** The same object for the same settings: a new object repaints the maps. */
function useColours({ scale: chosen, range }: Pick<MapColours, 'scale' | 'range'>, most: number, shade: Shade): MapColours {
	const scale = useDeferredValue(chosen);
	return useMemo(() => ({ scale, range, most, shade }), [scale, range, most, shade]);
}
