import { Fragment } from 'react';
import { helpText, keyNames } from '../actions/action';
import { keyedActions, PLACES } from '../actions/places';
import { Dialog } from '../shared/Dialog';

const TERMS: [term: string, explanation: string][] = [
	['loss', 'Mean cross-entropy of the next token, in nats: −ln of the probability that the model gave to the true one. Lower is better.'],
	['value residual', 'V′ₙ = λ₁V₁ + λ₂Vₙ: from layer 2 on, attention reads a mix of the layer’s own values and those of layer 1.'],
	['attention sink', 'A head that attends mostly to the first token, whatever that token is. Its first column stands out in the map.'],
	[
		'separated',
		'Two methods are separated if the 95 % t-interval of their differences, paired by seed, excludes 0. One seed is never enough.',
	],
	['fork', 'A copy of a run that continues with one thing changed. Any later difference is the effect of that change.'],
	['intervention', 'A change of the forward pass without training: it shows at once what a λ, a token, a value or a head does.'],
	['KV B/token', 'Bytes that the model must keep per token while it generates text, as float32.'],
];

/** The keys of every action, and the page's terms in a line each. */
export default function HelpDialog({ onClose }: { onClose(): void }) {
	return (
		<Dialog title="Help and keys" onClose={onClose}>
			<p>
				Choose what to compare on the left and press Train. Every method starts from the same weights and reads the same data in the same
				order, on your own GPU; nothing leaves the browser. Add trains more runs next to the current ones.
			</p>
			{PLACES.map((place) => {
				const actions = keyedActions(place);
				if (actions.length === 0) return null;
				return (
					<section key={place.title} className="keys">
						<h3>{place.title}</h3>
						<dl className="pairs">
							{actions.map((action) => (
								<div key={keyNames(action).join()}>
									<dt>
										{keyNames(action).map((name) => (
											<Fragment key={name}>
												<kbd>{name}</kbd>{' '}
											</Fragment>
										))}
									</dt>
									<dd>{helpText(action)}</dd>
								</div>
							))}
						</dl>
					</section>
				);
			})}
			<h3>Terms</h3>
			<dl className="pairs">
				{TERMS.map(([term, explanation]) => (
					<div key={term}>
						<dt>{term}</dt>
						<dd>{explanation}</dd>
					</div>
				))}
			</dl>
		</Dialog>
	);
}
