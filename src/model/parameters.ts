import { Graph } from '../graph/graph';
import type { Shape } from '../graph/tensor';
import { sizeOf } from '../graph/tensor';
import type { ModelConfig } from './config';
import { forward } from './transformer';

/** How a parameter starts, METHODS.md sections 1 and 2: drawn from N(0, deviation), or these numbers. */
export type Start = { deviation: number } | { values: number[] };

/** Every parameter of a model by its Hugging Face name, in the order of the model. */
export function parameterShapes(config: ModelConfig): Map<string, Shape> {
	const graph = new Graph();
	forward(graph, config, graph.input('tokens', [1], 'i32'), 1);
	return new Map([...graph.parameters].map(([name, { shape }]) => [name, shape]));
}

export const parameterCount = (config: ModelConfig): number =>
	[...parameterShapes(config).values()].reduce((sum, shape) => sum + sizeOf(shape), 0);

/** Where a parameter starts. */
export function startOf({ layers }: ModelConfig, name: string, shape: Shape): Start {
	const size = sizeOf(shape);
	const each = (value: (i: number) => number): Start => ({ values: Array.from({ length: size }, (_, i) => value(i)) });
	const last = size - 1;
	if (name.endsWith('norm.weight')) return each(() => 1);
	// ½ on V₁ and Vₙ, 0 on those between; a single λ is Vₙ's.
	if (name.endsWith('value_lambda')) return each((i) => (i === 0 || i === last ? 0.5 : 0));
	if (name.endsWith('value_logit')) return each(() => 0.3 * Number(name.split('.')[2]));
	if (name === 'model.value_scale') return each(() => layers);
	// α is 1 on the block's own output and 0 on those before it.
	if (name.endsWith('depth_weights')) return each((i) => (i === last ? 1 : 0));
	return { deviation: 0.02 };
}
