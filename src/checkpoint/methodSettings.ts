/** The settings of a model's method in config.json, which follow from the descriptors in src/experiment/methods. */
import * as v from 'valibot';
import { ADDITION_NAMES, ADDITIONS, type AdditionName, isScheme, SCHEME_NAMES, SCHEMES, type SchemeName } from '../experiment/methods';
import type { AdditionDescriptor, SchemeDescriptor, StoredAddition } from '../experiment/methods/descriptor';
import { incompatiblePair } from '../experiment/methods/refusals';
import type { ModelConfig, ValueSchemeConfig } from '../model/config';
import { count, flag, isObject, type Json, number, oneOf, readFields, rows } from './fields';
import { CheckpointError } from './safetensors';

/** The settings that only some methods have: those of all additions but `kvHeads`, which every model has. */
type Settings = Pick<ModelConfig, Exclude<AdditionName, 'kvHeads'>>;

const additionOf = (name: AdditionName): AdditionDescriptor => ADDITIONS[name];
const storedOf = (name: SchemeName) => (SCHEMES[name] as SchemeDescriptor).stored ?? {};

/** `kvSharing` → `kv_sharing` */
const fieldOf = (name: AdditionName): string =>
	name === 'kvHeads' ? 'num_key_value_heads' : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const STORED = ADDITION_NAMES.filter((name): name is keyof Settings => additionOf(name).stored !== undefined);

/** Settings of the additions in config.json. */
export const SETTING_FIELDS: readonly string[] = STORED.map(fieldOf);

function schemaOf(stored: StoredAddition) {
	switch (stored.kind) {
		case 'flag':
			return flag();
		case 'choice':
			return v.nullish(oneOf(stored.choices), null);
		case 'count':
			return v.nullish(count(stored.least), stored.least);
	}
}

/** @throws CheckpointError naming the field */
export function readAdditions(json: Json, file: string): Settings {
	const entries = Object.fromEntries(STORED.map((name) => [fieldOf(name), schemaOf(additionOf(name).stored as StoredAddition)]));
	const read = readFields(entries, json, file);
	return Object.fromEntries(STORED.map((name) => [name, read[fieldOf(name)]])) as unknown as Settings;
}

/** Additions that a model uses, except `kvHeads`. */
export const usedSettings = (model: ModelConfig): (keyof Settings)[] => STORED.filter((name) => model[name] !== additionOf(name).off);

/** The settings of the additions that a model uses. */
export const writeAdditions = (model: ModelConfig): Json =>
	Object.fromEntries(usedSettings(model).map((name) => [fieldOf(name), model[name]]));

/** @throws CheckpointError naming the field */
export function readScheme(json: unknown, layers: number, file: string): ValueSchemeConfig {
	if (json === undefined || json === null) return { name: 'own', form: null, lambdas: null, lambda: null };
	if (!isObject(json)) throw new CheckpointError(`${file}: \`value_scheme\` must be an object`);
	const where = `${file}: value_scheme`;
	const { name } = readFields({ name: oneOf(SCHEME_NAMES) }, json, where);
	const { forms, lambdas: fixedOf, lambda } = storedOf(name);
	const form = forms ? readFields({ form: v.nullish(oneOf(forms), forms[0]) }, json, where).form : null;
	const fixed = fixedOf?.(form);
	const pairs = rows(layers, 2, `${layers} pairs of numbers, one for each layer`);
	// Layer 1 is always plain.
	const otherwise = () => Array.from({ length: layers }, (_, layer) => (layer > 0 && fixed ? [...fixed] : [0, 1]));
	return {
		name,
		form,
		lambdas:
			fixed === undefined
				? null
				: (readFields({ lambdas: fixed ? v.nullish(pairs, otherwise) : pairs }, json, where).lambdas as [number, number][]),
		lambda: lambda === undefined ? null : readFields({ lambda: v.nullish(number(), lambda) }, json, where).lambda,
	};
}

/** `value_scheme`, the reverse of `readScheme`; empty for a model whose layers have their own values. */
export function writeScheme({ name, ...settings }: ValueSchemeConfig): Json {
	if (name === 'own') return {};
	return { value_scheme: { name, ...Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null)) } };
}

/** @throws CheckpointError naming the first combination that has no defined formula */
export function refuseUndefined(model: ModelConfig, file: string): void {
	const { name, form } = model.valueScheme;
	const { defined } = storedOf(name);
	if (defined && form !== null && !defined.forms.includes(form))
		throw new CheckpointError(`${file}: value_scheme ${name} with form ${form} has no defined formula: ${defined.reason}`);
	const { leastKvHeads = 1 } = SCHEMES[name] as SchemeDescriptor;
	if (model.kvHeads < leastKvHeads)
		throw new CheckpointError(
			`${file}: value_scheme ${name} with num_key_value_heads ${model.kvHeads} has no defined formula: it needs at least ${leastKvHeads}`,
		);
	const pair = incompatiblePair(name, model);
	if (!pair) return;
	const setting = (key: SchemeName | AdditionName): string => {
		if (isScheme(key)) return `value_scheme ${key}`;
		return additionOf(key).stored?.kind === 'flag' ? fieldOf(key) : `${fieldOf(key)} ${model[key]}`;
	};
	throw new CheckpointError(`${file}: ${setting(pair.by)} with ${setting(pair.with)} has no defined formula: ${pair.because}`);
}
