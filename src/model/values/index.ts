/** The maths of each value scheme, by the key of its descriptor in src/experiment/methods. */
import type { SchemeChoice, SchemeName } from '../../experiment/methods';
import { crossLayer } from './crossLayer';
import { neutreno } from './neutreno';
import { neutrenoResformer } from './neutrenoResformer';
import { own } from './own';
import { resformer } from './resformer';
import type { ValueScheme } from './scheme';
import { skipv1 } from './skipv1';
import { svformer } from './svformer';

const SCHEMES = {
	own,
	resformer,
	svformer,
	neutreno,
	'neutreno+resformer': neutrenoResformer,
	'cross-layer': crossLayer,
	skipv1,
} satisfies { [Name in SchemeName]: ValueScheme<SchemeChoice<Name>> };

export const valueScheme = (name: SchemeName): ValueScheme => SCHEMES[name];
