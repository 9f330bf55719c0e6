import type { ValueSchemeName } from '../../experiment/types';
import { ModelError } from '../config';
import { own } from './own';
import { resformer } from './resformer';
import type { ValueScheme } from './scheme';
import { svformer } from './svformer';

const SCHEMES: Partial<Record<ValueSchemeName, ValueScheme>> = { own, resformer, svformer };

export function valueScheme(name: ValueSchemeName): ValueScheme {
	const scheme = SCHEMES[name];
	if (!scheme) throw new ModelError(`no value scheme is called ${name}`);
	return scheme;
}
