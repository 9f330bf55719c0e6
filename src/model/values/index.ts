import type { SchemeName } from '../../experiment/methods';
import { crossLayer } from './crossLayer';
import { neutreno, neutrenoResformer } from './neutreno';
import { own } from './own';
import { resformer } from './resformer';
import type { ValueScheme } from './scheme';
import { svformer } from './svformer';

const SCHEMES: Readonly<Record<SchemeName, ValueScheme>> = {
	own,
	resformer,
	svformer,
	neutreno,
	'neutreno+resformer': neutrenoResformer,
	'cross-layer': crossLayer,
};

export const valueScheme = (name: SchemeName): ValueScheme => SCHEMES[name];
