import type { Intervention } from '../../experiment/intervention';
import { range } from '../shared/range';
import { useTip } from '../shared/tip';
import { type Edit, isMasked, scaleOf, scaleValue, scopeMask, toggleMask } from './edits';

interface Props {
	intervention: Intervention;
	tokens: readonly string[];
	layers: number;
	/** The open map's layer. */
	layer: number;
	/** The locked cell's key; null = none is locked. */
	at: number | null;
	onEdit(edit: Edit): void;
}

/** What is done to single keys: hidden from every query, or their value made smaller or larger. */
export function Keys({ intervention, tokens, layers, layer, at, onEdit }: Props) {
	const tip = useTip(
		'Attention reads this key’s value times the factor; where it looks stays the same in that layer.',
		'o_i = Σ_j A_ij s_j v′_j',
	);
	const name = (key: number) => `${tokens[key] ?? '–'} (${key + 1})`;
	const key = at !== null && at < tokens.length ? at : 0;
	const everywhere = intervention.maskedKeys.some((mask) => mask.key === key && mask.layer === null);
	return (
		<div className="keys">
			<div className="keys-row">
				<button
					type="button"
					aria-pressed={everywhere}
					onClick={() => onEdit(toggleMask(key, null))}
					title="No query sees the key (m on the map)"
				>
					{everywhere ? 'Unmask' : 'Mask'} <span className="mono">{name(key)}</span>
				</button>
				<label className="inline value-scale" {...tip}>
					value ×
					<input
						type="range"
						min={0}
						max={2}
						step={0.05}
						value={scaleOf(intervention, key)}
						aria-label={`Scale of the value state of ${name(key)}`}
						onChange={(event) => onEdit(scaleValue(key, Number(event.target.value)))}
					/>
					<output>{scaleOf(intervention, key).toFixed(2)}</output>
				</label>
			</div>
			<p className="label">{at === null ? 'Click a cell to choose another key.' : 'The locked cell’s key.'}</p>
			<ul className="masks">
				{intervention.maskedKeys.map((mask) => (
					<li key={`${mask.key} ${mask.layer}`}>
						<span className={isMasked(intervention, layer, mask.key) ? '' : 'muted'}>
							<span className="mono">{name(mask.key)}</span> masked in
						</span>
						<select
							aria-label={`Layers in which ${name(mask.key)} is masked`}
							value={mask.layer ?? 'all'}
							onChange={(event) => onEdit(scopeMask(mask, event.target.value === 'all' ? null : Number(event.target.value)))}
						>
							<option value="all">all layers</option>
							{range(layers).map((i) => (
								<option key={i} value={i}>
									layer {i + 1}
								</option>
							))}
						</select>
						<button
							type="button"
							className="quiet icon"
							aria-label={`Unmask ${name(mask.key)}`}
							onClick={() => onEdit(toggleMask(mask.key, mask.layer))}
						>
							×
						</button>
					</li>
				))}
				{intervention.valueScales.map(({ key, value: factor }) => (
					<li key={`value ${key}`}>
						<span>
							<span className="mono">{name(key)}</span> value × {factor}
						</span>
						<button
							type="button"
							className="quiet icon"
							aria-label={`Leave the value of ${name(key)} as it is`}
							onClick={() => onEdit(scaleValue(key, 1))}
						>
							×
						</button>
					</li>
				))}
				{intervention.headsOff.map((off) => (
					<li key={`head ${off.layer} ${off.head}`}>
						<span>
							layer {off.layer + 1}, head {off.head + 1} off
						</span>
						<button
							type="button"
							className="quiet icon"
							aria-label={`Switch layer ${off.layer + 1}, head ${off.head + 1} on`}
							onClick={() => onEdit((before) => ({ ...before, headsOff: before.headsOff.filter((other) => other !== off) }))}
						>
							×
						</button>
					</li>
				))}
			</ul>
		</div>
	);
}
