/** Names of the places that interventions act on, counted from 1. */
import type { AnyEdit, Target } from '../../experiment/interventions/descriptor';
import type { LambdaControl } from '../../experiment/interventions/lambdas';
import { tokenText } from '../shared/tokenText';

/** Data that names are made from. */
export interface PlaceNames {
	/** Display text of the sequence's tokens. */
	tokens: readonly string[];
	controls: readonly LambdaControl[];
}

/** `layer 2 λ₁`, or `λ of every layer`. */
export const lambdaText = ({ label, layer, everyLayer }: LambdaControl): string =>
	everyLayer ? `${label} of every layer` : `layer ${layer + 1} ${label}`;

/** The place of an edit; a key's layer is left out. */
export function placeText(target: Target, edit: AnyEdit, { tokens, controls }: PlaceNames): string {
	if (target === 'key') return tokenText(tokens, edit.key ?? 0);
	if (target === 'weight') {
		const control = controls.find(({ layer, index }) => layer === edit.layer && index === edit.index);
		return control ? lambdaText(control) : '';
	}
	const layer = `layer ${(edit.layer ?? 0) + 1}`;
	return target === 'head' ? `${layer}, head ${(edit.head ?? 0) + 1}` : layer;
}
