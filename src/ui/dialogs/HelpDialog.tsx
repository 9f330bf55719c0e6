import { Dialog } from './Dialog';

const KEYS: [string, string][] = [
	['Space', 'Train, pause or resume'],
	['?', 'This help'],
	['Esc', 'Close a dialog or an explanation'],
	['Arrow keys', 'Move among the attention maps, and from cell to cell in an open one'],
	['Enter', 'Open the attention map that has the focus'],
	['Home, End', 'First and last key token of the row, in an open map'],
];

const TERMS: [string, string][] = [
	['loss', 'Mean cross-entropy of the next token, in nats: −ln of the probability that the model gave to what came. Lower is better.'],
	['value residual', 'V′ₙ = λ₁V₁ + λ₂Vₙ: from layer 2 on, attention reads a mix of its own values and those of layer 1.'],
	['attention sink', 'Heads rest on the first token, whatever it is: its column in the map stands out all the way down.'],
	[
		'separated',
		'Two methods are separated when the 95 % t-interval of their differences, paired by seed, leaves out 0. One seed never separates.',
	],
	['KV bytes/token', 'What the model must remember of each token while it generates text, as float32.'],
];

/** The keys, and the page's terms in a line each. */
export function HelpDialog({ onClose }: { onClose(): void }) {
	return (
		<Dialog title="Help and keys" onClose={onClose}>
			<p>
				Choose what to compare on the left and press Train. Every method starts from the same weights and reads the same data in the same
				order, on your own GPU; nothing leaves the browser.
			</p>
			<h3>Keys</h3>
			<dl className="pairs">
				{KEYS.map(([key, what]) => (
					<div key={key}>
						<dt>
							<kbd>{key}</kbd>
						</dt>
						<dd>{what}</dd>
					</div>
				))}
			</dl>
			<h3>Terms</h3>
			<dl className="pairs">
				{TERMS.map(([term, what]) => (
					<div key={term}>
						<dt>{term}</dt>
						<dd>{what}</dd>
					</div>
				))}
			</dl>
		</Dialog>
	);
}
