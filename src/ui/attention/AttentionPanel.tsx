import { memo, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { SINK_THRESHOLD } from '../../experiment/measures/sink';
import type { RunView } from '../../session/client/store/labSnapshot';
import { toggleHead, toggleMask } from '../interventions/edits';
import { InterventionPanel } from '../interventions/InterventionPanel';
import { useHands } from '../interventions/useHands';
import { formatCount } from '../shared/format';
import { useKey, useMedia, useSize } from '../shared/hooks';
import { Term } from '../shared/tip';
import { useSame } from '../shared/useSame';
import type { Shade } from '../theme/attentionScale';
import { MapColumn } from './MapColumn';
import { MapDialog } from './MapDialog';
import { MapTools } from './MapTools';
import { cellWords } from './maps';
import type { Look } from './paint';
import { largestZoom } from './place';
import { choicesOf, shownRuns } from './shown';
import { TimeRow } from './TimeRow';
import { recordedSteps, stepAfter } from './timeline';
import { useColumns } from './useColumns';
import { useExplorer } from './useExplorer';

interface Props {
	runs: readonly RunView[];
	shade: Shade;
	/** What to say while there is nothing to show. */
	empty: string;
}

/** A column stays with its run where that goes over to another group: one that trains on with moved λ is a group of its own. */
function useFollowed(shown: readonly RunView[], visible: readonly RunView[], choose: (column: number, group: string) => void): void {
	const before = useRef(shown);
	useEffect(() => {
		before.current.forEach(({ info }, column) => {
			const now = visible.find((run) => run.info.id === info.id);
			if (now && now.info.group !== info.group) choose(column, now.info.group);
		});
		before.current = shown;
	}, [shown, visible, choose]);
}

/** Why the model can't be touched; empty where it can. */
function whyNot(run: RunView, live: boolean): string {
	if (run.recorded) return 'These runs are recorded. Train, and their models are yours to change while they learn.';
	return live ? '' : 'An earlier step is shown. Interventions act on the model as it stands: go back to the latest.';
}

const SINK = `The head gives the first token more than ${SINK_THRESHOLD} of its attention.`;

/** Columns get this much room at least, CSS pixels; three of them more. */
const COLUMN_WIDTH = 330;
const ROOM_FOR_THREE = 1100;

/** Attention of two or three runs side by side, over training, and in the user's hands. */
export const AttentionPanel = memo(function AttentionPanel({ runs, shade, empty }: Props) {
	const [ref, size] = useSize<HTMLDivElement>();
	const { explorer, actions } = useExplorer();
	const { patch } = actions;
	const [enlarged, setEnlarged] = useState<number | null>(null);
	const narrow = useMedia('(max-width: 699px)');
	const room = narrow ? 1 : Math.max(1, Math.min(size.width < ROOM_FOR_THREE ? 2 : 3, Math.floor(size.width / COLUMN_WIDTH)));

	const visible = useSame(runs.filter((run) => run.visible));
	const shown = useSame(shownRuns(visible, explorer.chosen, explorer.seed, room));
	useFollowed(shown, visible, actions.onChoose);
	const focus = Math.min(explorer.focus, Math.max(0, shown.length - 1));
	const focused = shown[focus];
	const hands = useHands(shown, focused);
	const { edit } = hands;
	const { text } = hands;
	const { columns, drawn, beside, live, touched, layer, head, strips, tops } = useColumns(shown, explorer, hands, focus, room);

	const touchable = live && !focused?.recorded;
	const tracks = useSame(shown.map((run) => run.frames));
	const steps = useMemo(() => recordedSteps(tracks), [tracks]);
	const onStep = useCallback((step: number | null) => patch({ step }), [patch]);
	useKey((event) => {
		if ((event.key !== '[' && event.key !== ']') || text !== null || steps.length < 2) return;
		if ((event.target as Element).closest?.('input:not([type=range], [type=checkbox]), textarea, select, dialog')) return;
		onStep(stepAfter(steps, explorer.step, event.key === ']' ? 1 : -1));
	});
	// The next runs begin at their latest step again.
	useEffect(() => {
		if (runs.length === 0) patch({ step: null, place: null, locked: false });
	}, [runs.length, patch]);

	const scale = useDeferredValue(explorer.scale);
	const look: Look = useMemo(() => ({ scale, range: explorer.range, shade }), [scale, explorer.range, shade]);
	const now = useRef({ shown, beside, focus });
	useEffect(() => {
		now.current = { shown, beside, focus };
	});
	const columnHands = useMemo(() => {
		/** Which run's column it is, from 0. */
		const place = (column: number) => (now.current.beside ? now.current.focus : column);
		return {
			...actions,
			onFocus: (column: number) => actions.onFocus(place(column)),
			onChoose: (column: number, group: string) => actions.onChoose(place(column), group),
			onEnlarge: setEnlarged,
			onToggleHead: (column: number, l: number, h: number) => edit(now.current.shown[place(column)], toggleHead(l, h)),
			onMaskIn: (column: number, key: number) => edit(now.current.shown[place(column)], toggleMask(key, null)),
		};
	}, [edit, actions]);

	const first = columns.find((column) => column.frame)?.frame ?? null;
	const { place } = explorer;
	const cell = first && place && place.query < first.length && place.key < first.length ? { layer, head, ...place } : null;
	return (
		<section className="panel attention" aria-labelledby="attention-title">
			<div className="panel-head">
				<h2 id="attention-title">Attention</h2>
				<span className="readout label" role={explorer.locked ? 'status' : undefined}>
					{first && cell ? (
						cellWords(first, cell)
					) : (
						<>
							row: where a token looks;{' '}
							<Term words={SINK} formula={`α₁ = 1/T Σ_i A_i1 > ${SINK_THRESHOLD}`}>
								▾: a sink
							</Term>
						</>
					)}
				</span>
				<MapTools
					explorer={explorer}
					seeds={[...new Set(visible.map((run) => run.info.seed))]}
					seed={shown[0]?.info.seed}
					touched={touched}
					wide={room > 1}
					most={first ? largestZoom(first.length) : 0}
					onChange={patch}
					onZoom={(direction) => first && actions.onZoom(direction, first.length)}
					onZoomOut={actions.onZoomOut}
				/>
			</div>
			<div className="attention-body">
				<div ref={ref} className="map-columns" style={{ gridTemplateColumns: `repeat(${Math.max(1, columns.length)}, minmax(0, 1fr))` }}>
					{columns.length === 0 && <p className="empty">{empty}</p>}
					{columns.map((column, index) => (
						<MapColumn
							// biome-ignore lint/suspicious/noArrayIndexKey: a column is its place; what it shows changes
							key={index}
							index={index}
							column={column}
							drawn={drawn}
							strips={strips[index]}
							tops={tops}
							choices={choicesOf(visible, explorer.seed)}
							intervention={hands.stateOf(column.run).intervention}
							live={touchable}
							explorer={explorer}
							look={look}
							empty={live ? empty : `Nothing was recorded of ${column.run.name} by step ${formatCount(explorer.step ?? 0)}.`}
							width={size.width / columns.length}
							height={narrow ? 0 : size.height}
							focused={columns.length > 1 && !beside && index === focus}
							hands={columnHands}
						/>
					))}
				</div>
				{focused && (
					<InterventionPanel
						run={focused}
						state={hands.stateOf(focused)}
						fits={hands.stateOf(focused).question?.text === text}
						layer={layer}
						position={place?.query ?? null}
						lockedKey={explorer.locked && place ? place.key : null}
						why={whyNot(focused, live)}
						both={hands.both}
						several={shown.length > 1}
						onBoth={hands.setBoth}
						onEdit={(change) => edit(focused, change)}
						onTrain={() => hands.trainOn(focused)}
					/>
				)}
			</div>
			{shown.length > 0 && (
				<TimeRow
					shown={shown}
					steps={steps}
					step={explorer.step}
					text={text}
					refusal={hands.refusal}
					layer={layer}
					head={head}
					width={size.width}
					shade={shade}
					onStep={onStep}
					onRead={hands.read}
					onOpen={(l, h, step) => patch({ layer: l, head: h, step: step === steps.at(-1) ? null : step })}
				/>
			)}
			{enlarged !== null && columns[enlarged] && (
				<MapDialog
					columns={columns}
					drawn={drawn}
					open={enlarged}
					explorer={explorer}
					look={look}
					onColumn={setEnlarged}
					actions={actions}
					onClose={() => setEnlarged(null)}
				/>
			)}
		</section>
	);
});
