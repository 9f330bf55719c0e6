/** The tables of value schemes and additions, in the order of the catalogue. */
import { ablationResidual } from './ablationResidual';
import { attentionGate } from './attentionGate';
import { attentionSink } from './attentionSink';
import { crossLayer } from './crossLayer';
import { depthWeightedAverage } from './depthWeights';
import type { AdditionDescriptor, SchemeDescriptor } from './descriptor';
import { kvHeads } from './kvHeads';
import { kvSharing } from './kvSharing';
import { neutreno } from './neutreno';
import { neutrenoResformer } from './neutrenoResformer';
import { own } from './own';
import { qkNorm } from './qkNorm';
import { resformer } from './resformer';
import { skipv1 } from './skipv1';
import { svformer } from './svformer';
import { valueEmbedding } from './valueEmbedding';

/** Value schemes by their name in config.json. */
export const SCHEMES = {
	own,
	resformer,
	svformer,
	neutreno,
	'neutreno+resformer': neutrenoResformer,
	'cross-layer': crossLayer,
	skipv1,
} satisfies Record<string, SchemeDescriptor>;

/** Additions by the name of their setting. */
export const ADDITIONS = {
	kvHeads,
	kvSharing,
	depthWeightedAverage,
	ablationResidual,
	valueEmbedding,
	qkNorm,
	attentionSink,
	attentionGate,
} satisfies Record<string, AdditionDescriptor>;

export type SchemeName = keyof typeof SCHEMES;
export type AdditionName = keyof typeof ADDITIONS;

export const SCHEME_NAMES = Object.keys(SCHEMES) as SchemeName[];
export const ADDITION_NAMES = Object.keys(ADDITIONS) as AdditionName[];

export const isScheme = (name: string): name is SchemeName => Object.hasOwn(SCHEMES, name);

/** The settings in a scheme's part of a name. */
export type SchemeChoice<Name extends SchemeName = SchemeName> =
	(typeof SCHEMES)[Name] extends SchemeDescriptor<infer Choice> ? Choice : never;

/** The setting of every addition; `off` if it is not used. */
export type Additions = { [Name in AdditionName]: (typeof ADDITIONS)[Name] extends AdditionDescriptor<infer Choice> ? Choice : never };

/** A scheme with its choice. */
export type Scheme = { [Name in SchemeName]: { name: Name; choice: SchemeChoice<Name> } }[SchemeName];

/** A method of an experiment: a scheme and additions, read from a name by `parseMethod` (docs/METHODS.md section 2). */
export interface Method extends Additions {
	/** Canonical name, as in links and runs. */
	name: string;
	/** Display name: `ResFormer learnable`. */
	label: string;
	scheme: Scheme;
}
