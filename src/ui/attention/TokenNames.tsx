import { range } from '../shared/range';
import { MARGIN } from './mapSize';
import type { Place, View } from './place';

/** Width of a character of a token's name. */
const CHARACTER = 6;

/** The tokens' names along both axes: as many as fit, and always those of the chosen cell. */
export function TokenNames({ tokens, view, unit, place }: { tokens: readonly string[]; view: View; unit: number; place: Place | null }) {
	const size = unit * view.count;
	/** Distance of names that fit on an axis, in tokens. */
	const down = Math.ceil(11 / unit);
	const across = Math.ceil((5 + CHARACTER * Math.max(...tokens.slice(1).map((token) => token.length), 1)) / unit);
	return (
		<svg className="tokens" width={size + MARGIN.left} height={size + MARGIN.top} aria-hidden="true">
			{named(view.key, view.count, place?.key, across).map((i) => (
				<text
					key={`key ${i}`}
					x={MARGIN.left + (i - view.key + (i === 0 ? 1 : 0.5)) * unit}
					y={MARGIN.top - 13}
					textAnchor={i === 0 ? 'end' : 'middle'}
					className={i === place?.key ? 'on' : ''}
				>
					{tokens[i]}
				</text>
			))}
			{named(view.query, view.count, place?.query, down).map((i) => (
				<text
					key={`query ${i}`}
					x={MARGIN.left - 5}
					y={MARGIN.top + (i - view.query + 0.5) * unit}
					dy="0.35em"
					textAnchor="end"
					className={i === place?.query ? 'on' : ''}
				>
					{tokens[i]}
				</text>
			))}
		</svg>
	);
}

/** The positions in view whose token is named: one in `every`, and the chosen one instead of its neighbours. */
function named(first: number, count: number, current: number | undefined, every: number): number[] {
	return range(count)
		.map((i) => first + i)
		.filter((i) => i === current || (i % every === 0 && (current === undefined || Math.abs(i - current) >= every)));
}
