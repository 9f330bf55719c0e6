import { useState } from 'react';
import type { AttentionMaps } from '../../experiment/records/frame';
import { formatProbability } from '../shared/format';
import { range } from '../shared/range';
import { ScrollRegion } from '../shared/ScrollRegion';
import { mapOffset } from './maps';

interface Props {
	maps: AttentionMaps;
	layer: number;
	head: number;
	query: number;
}

/** The open map's row as a table: for screen readers, and for exact numbers. */
export function RowTable(props: Props) {
	const [open, setOpen] = useState(false);
	return (
		<details className="row-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
			<summary>This row as a table</summary>
			{open && <Rows {...props} />}
		</details>
	);
}

function Rows({ maps, layer, head, query }: Props) {
	const row = mapOffset(maps, layer, head) + query * maps.length;
	return (
		<ScrollRegion label="Attention of the chosen query">
			<table className="data">
				<caption className="hidden">
					Attention of query {query + 1}, {maps.tokens[query]}, in layer {layer + 1}, head {head + 1}
				</caption>
				<thead>
					<tr>
						<th scope="col" className="number">
							Key
						</th>
						<th scope="col">Token</th>
						<th scope="col" className="number">
							Attention
						</th>
					</tr>
				</thead>
				<tbody>
					{range(query + 1).map((key) => (
						<tr key={key}>
							<th scope="row" className="number">
								{key + 1}
							</th>
							<td className="mono">{maps.tokens[key]}</td>
							<td className="number">{formatProbability(maps.probabilities[row + key])}</td>
						</tr>
					))}
				</tbody>
			</table>
		</ScrollRegion>
	);
}
