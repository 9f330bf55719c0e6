import { memo } from 'react';
import { SINK_THRESHOLD } from '../../experiment/measures/sink';
import { Term } from '../shared/tip';

const SINK = 'Attention has to go somewhere: a softmax sums to 1. Many heads learn to send what they do not need to the first token.';
const MARK = `▾ marks a head that gives the first token more than ${100 * SINK_THRESHOLD} % of its attention in this sequence.`;

/** How to read a map, and what a sink is. */
export const MapCaption = memo(function MapCaption({ vectors }: { vectors: boolean }) {
	return (
		<p className="caption">
			Each row shows where one {vectors ? 'position' : 'token'} looks; a stronger colour is more attention. A{' '}
			<Term text={`${SINK} ${MARK}`} formula={`α₁ = 1/T Σ_i A_i1 > ${SINK_THRESHOLD}`}>
				sink
			</Term>{' '}
			is a token, mostly the first, that many others attend to although it tells them nothing. Its column is marked ▾. Bars below a map: how
			much attention each token gets, and the lengths (‖·‖) of its vectors; all maps share their scale.
		</p>
	);
});
