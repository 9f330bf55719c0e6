import { Graph } from '../graph/graph';
import type { Shape } from '../graph/tensor';
import { sizeOf } from '../graph/tensor';
import { declareSource } from './batchTensors';
import type { ModelConfig } from './config';
import type { Start } from './layer';
import { forward } from './transformer';

export interface Parameter {
	shape: Shape;
	start: Start;
}

/** Every parameter of a model by its Hugging Face name, in the order of the model. */
export function parametersOf(config: ModelConfig): Map<string, Parameter> {
	const graph = new Graph();
	const { starts } = forward(graph, config, declareSource(graph, config, 1), 1);
	return new Map([...graph.parameters].map(([name, { shape }]) => [name, { shape, start: starts.get(name) as Start }]));
}

export const parameterShapes = (config: ModelConfig): Map<string, Shape> =>
	new Map([...parametersOf(config)].map(([name, { shape }]) => [name, shape]));

export const parameterCount = (config: ModelConfig): number =>
	[...parametersOf(config).values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
