/** The numbers of the open maps, one record per cell. Loaded with the first figure that is saved as CSV. */
import type { Cell } from '../../session/client/results/csvLine';
import { mapOffset } from '../measures/firstToken';
import type { ColumnView } from './columns';
import { type Display, displayed } from './display';

/** Attention of each query to each key up to it, of the open layer and head (from 0) of each column. */
export function mapRecords(columns: readonly ColumnView[], layer: number, head: number, display: Display): Record<string, Cell>[] {
	return columns.flatMap(({ run, role, frame, intervened }) => {
		if (!frame || layer >= frame.layers || head >= frame.heads) return [];
		const maps = displayed(frame, display);
		const changed = intervened && displayed(intervened.frame, display);
		const offset = mapOffset(maps, layer, head);
		const rows: Record<string, Cell>[] = [];
		for (let query = 0; query < frame.length; query++)
			for (let key = 0; key <= query; key++) {
				const i = offset + query * frame.length + key;
				rows.push({
					run: `${run.name}${role}`,
					seed: run.info.seed,
					step: frame.step,
					layer: layer + 1,
					head: head + 1,
					query: query + 1,
					query_token: frame.tokens[query],
					key: key + 1,
					key_token: frame.tokens[key],
					value: maps.probabilities[i],
					...(changed && { intervened: changed.probabilities[i] }),
				});
			}
		return rows;
	});
}
