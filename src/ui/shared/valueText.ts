import { type FieldName, fieldOf } from '../../experiment/fields';
import { methodLabel } from '../../experiment/methods/names';
import type { Experiment } from '../../experiment/types';

/** A field's value as text. */
export function valueText(name: FieldName, value: Experiment[FieldName]): string {
	const field = fieldOf(name);
	if (value === null) return field.kind === 'number' ? (field.whenNull ?? 'none') : 'none';
	if (name === 'methods') return (value as string[]).map(methodLabel).join(', ');
	if (typeof value === 'boolean') return value ? 'on' : 'off';
	if (field.kind === 'choice') return field.choiceLabels?.[value as string] ?? String(value);
	return Array.isArray(value) ? value.join(', ') : String(value);
}
