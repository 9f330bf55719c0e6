import type { ValueSchemeName } from '../../experiment/types';
import { crossLayer } from './crossLayer';
import { neutreno, neutrenoResformer } from './neutreno';
import { own } from './own';
import { resformer } from './resformer';
import type { ValueScheme } from './scheme';
import { svformer } from './svformer';

const SCHEMES: Readonly<Record<ValueSchemeName, ValueScheme>> = {
	own,
	resformer,
	svformer,
	neutreno,
	'neutreno+resformer': neutrenoResformer,
	'cross-layer': crossLayer,
};

export const valueScheme = (name: ValueSchemeName): ValueScheme => SCHEMES[name];
