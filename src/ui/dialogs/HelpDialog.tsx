import { Dialog } from '../shared/Dialog';

const KEYS: [place: string, keys: [string, string][]][] = [
	[
		'Everywhere',
		[
			['Space', 'Train, pause or resume'],
			['?', 'This help'],
			['Esc', 'Close a dialog, a menu or an explanation'],
			['[  ]', 'Attention at the recorded step before, and after'],
		],
	],
	[
		'In a chart',
		[
			['← →', 'Step by step; with Shift ten times as far'],
			['Home End', 'First and last step in sight'],
			['+ −  0', 'Zoom in and out around the cursor; the whole'],
		],
	],
	[
		'Among the small maps',
		[
			['Arrows', 'From head to head, from layer to layer'],
			['Enter', 'Open the map that has the focus'],
			['o', 'Switch the head off, and on again'],
		],
	],
	[
		'In an open map',
		[
			['Arrows', 'From cell to cell; Home, End and Page keys go further'],
			['Enter', 'Enlarge the map'],
			['+ −', 'Zoom'],
			['m', 'Mask the key token of the cell, and unmask it'],
			['o', 'Switch the head off, and on again'],
			['Esc', 'Let the locked cell go'],
		],
	],
	[
		'In the table of runs',
		[
			['↑ ↓', 'The same control of the run above or below'],
			['F2', 'Rename the run: Enter keeps the name, Esc takes it back'],
			['Delete', 'Remove the run; Undo brings it back'],
		],
	],
];

const TERMS: [string, string][] = [
	['loss', 'Mean cross-entropy of the next token, in nats: −ln of the probability that the model gave to what came. Lower is better.'],
	['value residual', 'V′ₙ = λ₁V₁ + λ₂Vₙ: from layer 2 on, attention reads a mix of its own values and those of layer 1.'],
	['attention sink', 'Heads rest on the first token, whatever it is: its column in the map stands out all the way down.'],
	[
		'separated',
		'Two methods are separated when the 95 % t-interval of their differences, paired by seed, leaves out 0. One seed never separates.',
	],
	['fork', 'A copy of a run as it stands that goes on with one thing changed: what differs afterwards is what the change did.'],
	['intervention', 'A change of the forward pass by hand, without training: what a λ, a token, a value or a head did is seen at once.'],
	['KV B/token', 'What the model must remember of each token while it generates text, as float32.'],
];

/** The keys, and the page's terms in a line each. */
export function HelpDialog({ onClose }: { onClose(): void }) {
	return (
		<Dialog title="Help and keys" onClose={onClose}>
			<p>
				Choose what to compare on the left and press Train. Every method starts from the same weights and reads the same data in the same
				order, on your own GPU; nothing leaves the browser. Add trains more runs beside those that are there.
			</p>
			{KEYS.map(([place, keys]) => (
				<section key={place} className="keys">
					<h3>{place}</h3>
					<dl className="pairs">
						{keys.map(([key, what]) => (
							<div key={key}>
								<dt>
									<kbd>{key}</kbd>
								</dt>
								<dd>{what}</dd>
							</div>
						))}
					</dl>
				</section>
			))}
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
