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
export function startOf(name: string, shape: Shape): Start {
	const size = sizeOf(shape);
	const filled = (value: number): Start => ({ values: new Array<number>(size).fill(value) });
	if (name.endsWith('norm.weight')) return filled(1);
	if (name.endsWith('value_lambda')) return filled(0.5);
	// α is 1 on the block's own output and 0 on those before it.
	if (name.endsWith('depth_weights')) return { values: Array.from({ length: size }, (_, i) => (i === size - 1 ? 1 : 0)) };
	return { deviation: 0.02 };
}
