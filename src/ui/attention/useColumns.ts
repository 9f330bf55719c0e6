import type { RunIntervention } from '../../session/client/interventions/interventionStore';
import type { RunView } from '../../session/client/store/labSnapshot';
import { besideItself, type ColumnView, liveColumn, recordedColumn, useRecorded } from './columns';
import type { Drawn, Explorer } from './explorer';
import { type StripPair, stripsOf, topsOf } from './strips';

interface Answers {
	text: string | null;
	stateOf(run: RunView): RunIntervention;
}

export interface Columns {
	columns: readonly ColumnView[];
	/** Which side of an intervention each of them draws. */
	drawn: Exclude<Drawn, 'beside'>;
	/** Both columns show the run in focus, without and with its intervention. */
	beside: boolean;
	/** The latest step is shown: interventions are possible. */
	live: boolean;
	/** The answer to an intervention has arrived. */
	intervened: boolean;
	/** The open layer and head, within those of the runs. */
	layer: number;
	head: number;
	strips: readonly (StripPair | null)[];
	tops: ReturnType<typeof topsOf>;
}

/** The columns of the runs shown, `room` of them at most. */
export function useColumns(shown: readonly RunView[], explorer: Explorer, answers: Answers, focus: number, room: number): Columns {
	const live = answers.text !== null || explorer.step === null;
	const recorded = useRecorded(shown, live ? null : explorer.step);
	const own = shown.map((run, i) => (live ? liveColumn(run, answers.text, answers.stateOf(run)) : recordedColumn(run, recorded[i])));
	const intervened = own.some((column) => column.intervened !== null);
	const beside = explorer.drawn === 'beside' && room > 1 && own[focus]?.intervened !== null && own.length > 0;
	const columns = beside ? besideItself(own[focus]) : own;
	const drawn = explorer.drawn === 'beside' ? (beside ? 'baseline' : 'intervened') : explorer.drawn;

	const first = columns.find((column) => column.frame)?.frame;
	const layer = Math.min(explorer.layer, (first?.layers ?? 1) - 1);
	const head = Math.min(explorer.head, (first?.heads ?? 1) - 1);
	const strips = columns.map(({ frame, baseline: pass, intervened }) => {
		if (!frame || layer >= frame.layers) return null;
		const baseline = stripsOf(frame, layer, pass);
		if (!intervened || drawn === 'baseline') return { shown: baseline, baseline: null };
		return { shown: stripsOf(intervened.frame, layer, intervened), baseline };
	});
	const tops = topsOf(strips.flatMap((pair) => (pair ? [pair.shown, pair.baseline ?? {}] : [])));
	return { columns, drawn, beside, live, intervened, layer, head, strips, tops };
}
