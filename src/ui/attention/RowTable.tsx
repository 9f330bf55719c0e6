import { useState } from 'react';
import type { AttentionMaps } from '../../experiment/records/frame';
import { mapOffset } from '../measures/firstToken';
import { range } from '../shared/range';
import { ScrollRegion } from '../shared/ScrollRegion';
import { DISPLAYS, type Display } from './display';

interface Props {
	display: Display;
	maps: AttentionMaps;
	layer: number;
	head: number;
	query: number;
	/** Share of the row that the sink logit takes; null without one. */
	rest: number | null;
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

function Rows({ display, maps, layer, head, query, rest }: Props) {
	const { label, format } = DISPLAYS[display];
	const heading = `${label[0].toUpperCase()}${label.slice(1)}`;
	const row = mapOffset(maps, layer, head) + query * maps.length;
	return (
		<ScrollRegion label={`${heading} of the chosen query`}>
			<table className="data">
				<caption className="hidden">
					{heading} of query {query + 1}, {maps.tokens[query]}, in layer {layer + 1}, head {head + 1}
				</caption>
				<thead>
					<tr>
						<th scope="col" className="number">
							Key
						</th>
						<th scope="col">Token</th>
						<th scope="col" className="number">
							{heading}
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
							<td className="number">{format(maps.probabilities[row + key])}</td>
						</tr>
					))}
					{rest !== null && (
						<tr>
							<th scope="row" className="number">
								–
							</th>
							<td>sink logit</td>
							<td className="number">{format(rest)}</td>
						</tr>
					)}
				</tbody>
			</table>
		</ScrollRegion>
	);
}
