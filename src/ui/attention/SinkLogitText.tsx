import { formatProbability } from '../shared/format';
import { Term } from '../shared/tip';
import type { ColumnProps } from './mapView';
import type { Picture } from './paint';
import { REST, sinkRowSum } from './sinkLogit';

/** How much of the chosen row, or of the open head's rows on average, a sink logit takes. */
export default function SinkLogitText({
	column,
	view: { explorer },
	picture,
}: Pick<ColumnProps, 'column' | 'view'> & { picture: Picture }) {
	const { maps } = picture;
	const { place } = explorer;
	const query = place && place.query < maps.length ? place.query : null;
	const at = { layer: Math.min(explorer.layer, maps.layers - 1), head: Math.min(explorer.head, maps.heads - 1), query };
	const sum = sinkRowSum(column, picture, at);
	if (sum === null) return null;
	return (
		<span className="label">
			<Term text={REST} formula="1 − Σ_j A_ij = e^s / (e^s + Σ_j e^z)">
				sink logit {formatProbability(1 - sum)}
				{query === null && <span className="on-average"> on average</span>}
			</Term>
		</span>
	);
}
