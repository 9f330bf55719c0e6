import { descriptorOf, editsOf, INTERVENTION_KEYS, type Intervention, type InterventionKey } from '../../experiment/interventions';
import type { AnyEdit } from '../../experiment/interventions/descriptor';
import { type Edit, moveToLayer, resetPlace } from '../../experiment/interventions/edits';
import { range } from '../shared/range';
import { shortNumber } from './NumberControl';
import { type PlaceNames, placeText } from './placeText';

interface Props {
	intervention: Intervention;
	names: PlaceNames;
	layers: number;
	/** Layer of the open map: changes in other layers are greyed. */
	layer: number;
	onEdit(edit: Edit): void;
}

/** Every change of a single weight, head, layer or key, with a button that resets it. */
export function ChangeList({ intervention, names, layers, layer, onEdit }: Props) {
	return (
		<ul className="changes" aria-label="Changes">
			{INTERVENTION_KEYS.flatMap((key) =>
				editsOf(intervention, key).map((edit) => {
					const text = changeText(key, edit, names);
					return (
						<li key={`${key} ${edit.layer} ${edit.head ?? edit.key ?? edit.index}`}>
							<span className={edit.key !== undefined && (edit.layer ?? layer) !== layer ? 'muted' : ''}>{text}</span>
							{edit.key !== undefined && (
								<select
									aria-label={`Layers of the change: ${text}`}
									value={edit.layer ?? 'all'}
									onChange={({ target: { value } }) => onEdit(moveToLayer(key, edit, value === 'all' ? null : Number(value)))}
								>
									<option value="all">all layers</option>
									{range(layers).map((i) => (
										<option key={i} value={i}>
											layer {i + 1}
										</option>
									))}
								</select>
							)}
							<button type="button" className="quiet icon" aria-label={`Reset: ${text}`} onClick={() => onEdit(resetPlace(key, edit))}>
								×
							</button>
						</li>
					);
				}),
			)}
		</ul>
	);
}

/** `layer 2 λ₁ = 0.3`, `“o” (13) masked`. */
function changeText(key: InterventionKey, edit: AnyEdit, names: PlaceNames): string {
	const descriptor = descriptorOf(key);
	if (descriptor.target === 'model') return descriptor.label;
	return descriptor.change(placeText(descriptor.target, edit, names), shortNumber(edit.value ?? 0));
}
