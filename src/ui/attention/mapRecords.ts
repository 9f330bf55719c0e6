/** The numbers of the open maps, one record per cell. Loaded with the first figure that is saved as CSV. */
import type { Cell } from '../../session/client/results/csvLine';
import { mapOffset } from '../measures/firstToken';
import type { ColumnView } from './columns';
import { type Display, displayed } from './display';
import { hasSinkLogit, sharesOf } from './sinkLogit';

/** Attention of each query to each key up to it and to a sink logit, of the open layer and head (from 0) of each column. */
export function mapRecords(columns: readonly ColumnView[], layer: number, head: number, display: Display): Record<string, Cell>[] {
	return columns.flatMap((column) => {
		const { run, role, frame, intervened } = column;
		if (!frame || layer >= frame.layers || head >= frame.heads) return [];
		const maps = displayed(frame, display);
		const changed = intervened && displayed(intervened.frame, display);
		const offset = mapOffset(maps, layer, head);
		const logit = display === 'attention' && hasSinkLogit(column) ? sharesOf(frame, layer, head) : null;
		const changedLogit = logit && intervened && sharesOf(intervened.frame, layer, head);
		const rows: Record<string, Cell>[] = [];
		for (let query = 0; query < frame.length; query++) {
			const row = {
				run: `${run.name}${role}`,
				seed: run.info.seed,
				step: frame.step,
				layer: layer + 1,
				head: head + 1,
				query: query + 1,
				query_token: frame.tokens[query],
			};
			for (let key = 0; key <= query; key++) {
				const i = offset + query * frame.length + key;
				const value = maps.probabilities[i];
				rows.push({ ...row, key: key + 1, key_token: frame.tokens[key], value, ...(changed && { intervened: changed.probabilities[i] }) });
			}
			if (logit)
				rows.push({
					...row,
					key: null,
					key_token: 'sink logit',
					value: logit[query],
					...(changedLogit && { intervened: changedLogit[query] }),
				});
		}
		return rows;
	});
}
