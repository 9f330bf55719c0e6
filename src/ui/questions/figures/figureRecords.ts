import type { Cell } from '../../../session/client/results/csvLine';
import type { Figure } from './figure';

/** The numbers that a card's figure draws, one record per point or cell. */
export function figureRecords(figure: Figure): Record<string, Cell>[] {
	if (figure.kind === 'maps') {
		const { maps, side, place, spans } = figure;
		return maps.flatMap(({ label, values }) =>
			Array.from(values, (value, i) => ({ method: label, ...place, query: Math.floor(i / side), key: i % side, value }))
				.filter(({ query, key }) => key <= query)
				.map(({ query, key, value, ...rest }) => ({ ...rest, query: spans[query], key: spans[key], largest: value })),
		);
	}
	const { lines, ticks } = figure;
	const names = new Map(ticks.map(({ x, label }) => [x, label]));
	return lines.flatMap(({ label, xs, ys, low, high }) =>
		xs.map((x, i) => ({ line: label, x: names.get(x) ?? x, mean: ys[i], smallest: low[i], largest: high[i] })),
	);
}
