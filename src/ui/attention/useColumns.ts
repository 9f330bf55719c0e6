import type { RunIntervention } from '../../session/client/interventions/interventionStore';
import type { RunView } from '../../session/client/store/labSnapshot';
import { besideItself, type ColumnView, liveColumn, recordedColumn, useRecorded } from './columns';
import type { Drawn, Explorer } from './explorer';
import { type Strips, stripsOf, topsOf } from './strips';

interface Asked {
	text: string | null;
	stateOf(run: RunView): RunIntervention;
}

export interface Columns {
	columns: readonly ColumnView[];
	/** What each of them draws of a run that an intervention acts on. */
	drawn: Exclude<Drawn, 'beside'>;
	/** Both columns show the run that has the focus: as it is, and as the intervention makes it. */
	beside: boolean;
	/** The latest step is shown, where runs can be touched. */
	live: boolean;
	/** An intervention's answer is there. */
	touched: boolean;
	/** Layer and head that are open, within what the runs have. */
	layer: number;
	head: number;
	strips: readonly ({ shown: Strips; untouched: Strips | null } | null)[];
	tops: ReturnType<typeof topsOf>;
}

/** The columns as the explorer has them: `room` of them at most, the run at `focus` in the user's hands. */
export function useColumns(shown: readonly RunView[], explorer: Explorer, asked: Asked, focus: number, room: number): Columns {
	const live = asked.text !== null || explorer.step === null;
	const recorded = useRecorded(shown, live ? null : explorer.step);
	const own = shown.map((run, i) => (live ? liveColumn(run, asked.text, asked.stateOf(run)) : recordedColumn(run, recorded[i])));
	const touched = own.some((column) => column.touched !== null);
	const beside = explorer.drawn === 'beside' && room > 1 && own[focus]?.touched !== null && own.length > 0;
	const columns = beside ? besideItself(own[focus]) : own;
	const drawn = explorer.drawn === 'beside' ? (beside ? 'untouched' : 'touched') : explorer.drawn;

	const first = columns.find((column) => column.frame)?.frame;
	const layer = Math.min(explorer.layer, (first?.layers ?? 1) - 1);
	const head = Math.min(explorer.head, (first?.heads ?? 1) - 1);
	const strips = columns.map(({ frame, reading, touched }) => {
		if (!frame || layer >= frame.layers) return null;
		const untouched = stripsOf(frame, layer, reading);
		if (!touched || drawn === 'untouched') return { shown: untouched, untouched: null };
		return { shown: stripsOf(touched.frame, layer, touched), untouched };
	});
	const tops = topsOf(strips.flatMap((pair) => (pair ? [pair.shown, pair.untouched ?? {}] : [])));
	return { columns, drawn, beside, live, touched, layer, head, strips, tops };
}
