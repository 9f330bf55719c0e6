import type { AttentionMaps } from '../../session/client/protocol';
import { formatProbability } from '../format';
import { range } from '../range';
import { ScrollRegion } from '../ScrollRegion';
import { mapOffset } from './maps';

/** The open map's row as a table: the map's twin for screen readers, and for whoever wants the numbers. */
export function RowTable({ maps, layer, head, query }: { maps: AttentionMaps; layer: number; head: number; query: number }) {
	const row = mapOffset(maps, layer, head) + query * maps.length;
	return (
		<details className="row-table">
			<summary>This row as a table</summary>
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
		</details>
	);
}
