import type { Graph } from '../graph/graph';
import { add, embedding, gate, matmul, mix, rmsNorm, rope, swiglu } from '../graph/ops';
import type { Shape, Tensor } from '../graph/tensor';
import { additionsOf, leaderOf, patternLayerOf } from './additions';
import { headSizeOf, kvWidthOf, type ModelConfig, ModelError, outputSizeOf } from './config';
import { attentionName, DRAWN, half, type LayerContext, type Start } from './layer';
import { type Sequence, wholeSequences } from './sequence';
import { valueScheme } from './values';

/** The tensors that determine attention probabilities. */
export interface AttentionPattern {
	/** Rotated queries [B·T, H·dh] and keys [P·B·T, G·dh]; with P = 2 the layer's own come first. */
	query: Tensor;
	key: Tensor;
	/** Log-sum-exp of each row's logits, [B·H, T]; absent if `Sequence.attend` returns none. */
	logSumExp?: Tensor;
}

/** Tensors of a layer that measurements read. Layers count from 0. */
export interface LayerTensors extends AttentionPattern {
	/** Patterns whose mean is the layer's attention A: its own and, with the attention residual, that of layer 1. */
	patterns: readonly AttentionPattern[];
	/** Vₙ and V′ₙ, [B·T, G·dh]. */
	value: Tensor;
	mixed: Tensor;
	/** Logits of the gates, [B·T, H] or [B·T, H·dh]; absent without gates. */
	gate?: Tensor;
	/** Output of the attention branch, before it is added to the residual stream, [B·T, d]. */
	update: Tensor;
	/** The block's output [B·T, d]. */
	hidden: Tensor;
}

export interface ForwardTensors {
	/** Logits [B·T, V], or vectors [B·T, n] of a model that reads vectors. */
	logits: Tensor;
	layers: LayerTensors[];
	/** First values of every parameter, by name. */
	starts: ReadonlyMap<string, Start>;
}

/** Name of the input with the fixed λ of each layer, [L, 2]. */
export const FIXED_LAMBDAS = 'value_lambdas';
/** Name of the input with the fixed λ of the whole model, NeuTRENO's, [1]. */
export const NEUTRENO_LAMBDA = 'neutreno_lambda';

/** Label of a layer's nodes (from 0). */
export const layerLabel = (layer: number): string => `layer ${layer + 1}`;

/** Numbers for the inputs that hold a config's fixed λ, by name. A graph has only the inputs that its layers read. */
export const lambdaInputs = ({ valueScheme: { lambdas, lambda } }: ModelConfig): Record<string, number[]> => ({
	...(lambdas ? { [FIXED_LAMBDAS]: lambdas.flat() } : {}),
	...(lambda === null ? {} : { [NEUTRENO_LAMBDA]: [lambda] }),
});

/**
 * The Llama-like model of docs/METHODS.md section 1, with the config's method: tokens [B·T] → logits [B·T, V]. Declares
 * every parameter under its Hugging Face name; linear weights are [out, in]. A model of vectors reads and writes [B·T, n].
 *
 * @param source what `declareSource` declares
 * @param sequence tokens per sequence T; or the tokens' positions and attention, if a cache holds earlier ones
 */
export function forward(graph: Graph, config: ModelConfig, source: Tensor, sequence: number | Sequence): ForwardTensors {
	const { layers, heads, kvHeads, hiddenSize: d, intermediateSize: m, rmsNormEps: epsilon } = config;
	const rows: Sequence = typeof sequence === 'number' ? wholeSequences(graph, config, sequence) : sequence;
	const { cos, sin } = rows;
	const plain = valueScheme(config.valueScheme.name);
	const scheme = rows.scheme?.(plain) ?? plain;
	const additions = additionsOf(config);
	const starts = new Map<string, Start>();
	const parameter = (name: string, shape: Shape, start: Start) => {
		starts.set(name, start);
		return graph.parameter(name, shape);
	};
	const linear = (x: Tensor, name: string, out: number) =>
		graph.apply(matmul, [x, parameter(name, [out, x.shape[1]], DRAWN)], { transposeB: true })[0];
	const ones: Start = { values: new Array(d).fill(1) };
	const norm = (x: Tensor, name: string) => graph.apply(rmsNorm, [x, parameter(name, [d], ones)], { epsilon })[0];
	const rotate = (x: Tensor, count: number) => graph.apply(rope, [x, cos, sin], { heads: count, inverse: false })[0];
	const plus = (x: Tensor, y: Tensor) => graph.apply(add, [x, y])[0];
	const sum = (weights: Tensor, terms: readonly Tensor[]) => graph.apply(mix, [weights, ...terms], { indices: terms.map((_, i) => i) })[0];
	const input = (name: string, shape: Shape) => graph.inputs.get(name) ?? graph.input(name, shape);
	const shared = new Map<string, Tensor>();
	const once = (name: string, make: () => Tensor) => {
		const tensor = shared.get(name) ?? make();
		shared.set(name, tensor);
		return tensor;
	};

	graph.scope = 'embedding';
	const tokens = config.vectorSize === undefined ? source : null;
	const table = tokens && parameter('model.embed_tokens.weight', [config.vocabularySize, d], DRAWN);
	const outputs = [tokens && table ? graph.apply(embedding, [tokens, table])[0] : linear(source, 'model.input.weight', d)];
	let h = outputs[0];
	const queries: Tensor[] = [];
	const keys: Tensor[] = [];
	const values: Tensor[] = [];
	const found: LayerTensors[] = [];
	for (let n = 0; n < layers; n++) {
		graph.scope = layerLabel(n);
		const prefix = `model.layers.${n}.`;
		const leader = leaderOf(config, n);
		const x = norm(h, `${prefix}input_layernorm.weight`);
		const context: LayerContext = {
			graph,
			config,
			layer: n,
			tokens,
			x,
			queries,
			keys,
			values,
			outputs,
			fixedLambdas: () => input(FIXED_LAMBDAS, [layers, 2]),
			fixedLambda: () => input(NEUTRENO_LAMBDA, [1]),
			parameter,
			weighted: (weights, terms) => rows.weighted?.(weights, terms, n) ?? sum(weights, terms),
			once,
		};
		/** The tensor after one hook of every addition. */
		const through = (hook: 'query' | 'key' | 'value' | 'output' | 'hidden', tensor: Tensor) =>
			additions.reduce((made, { maths, choice }) => maths[hook]?.(choice, context, made) ?? made, tensor);
		/** The tensor that an addition makes; undefined if none does. */
		const fromAddition = (hook: 'sinks' | 'gate') =>
			additions.map(({ maths, choice }) => maths[hook]?.(choice, context)).find((tensor) => tensor !== undefined);
		const project = (name: string, width: number) => linear(x, attentionName(n, `${name}_proj.weight`), width);
		const ownValues = () => {
			const rows = scheme.projectedHeads(config, n) * headSizeOf(config);
			const projected = rows > 0 ? through('value', project('v', rows)) : null;
			const value = scheme.value && n > 0 ? scheme.value(context, projected) : projected;
			if (!value) throw new ModelError(`value_scheme ${config.valueScheme.name} names no values of layer ${n}`);
			return value;
		};
		queries.push(through('query', project('q', d)));
		keys.push(leader === n ? through('key', project('k', kvWidthOf(config))) : keys[leader]);
		values.push(leader === n ? ownValues() : values[leader]);
		// Layer 1 is always plain.
		const mixed = n > 0 ? scheme.mixed(context) : values[n];
		const query = rotate(queries[n], heads);
		const layerOwn = { key: leader === n ? rotate(keys[n], kvHeads) : found[leader].key, value: mixed };
		const { key, value } =
			n > 0 && scheme.attended ? scheme.attended.keysAndValues(context, layerOwn, { key: found[0].key, value: found[0].mixed }) : layerOwn;
		const sinks = fromAddition('sinks');
		const [own, logSumExp] = rows.attend(query, key, value, n, sinks);
		// (½A₁ + ½Aₙ)V is computed as ½(A₁V) + ½(AₙV).
		const other = patternLayerOf(config, n);
		const attended = other === null ? own : half(graph, rows.attend(found[other].query, found[other].key, value, n, sinks)[0], own);
		const u = through('output', n > 0 && scheme.output ? scheme.output(context, attended, mixed) : attended);
		const gateLogits = fromAddition('gate');
		const gated = gateLogits ? graph.apply(gate, [u, gateLogits])[0] : u;
		const handed = rows.headOutputs?.(gated, n) ?? gated;
		const update = linear(handed, attentionName(n, 'o_proj.weight'), d);
		h = plus(update, h);
		const y = norm(h, `${prefix}post_attention_layernorm.weight`);
		const gates = linear(y, `${prefix}mlp.gate_proj.weight`, m);
		const up = linear(y, `${prefix}mlp.up_proj.weight`, m);
		h = through('hidden', plus(linear(graph.apply(swiglu, [gates, up])[0], `${prefix}mlp.down_proj.weight`, d), h));
		outputs.push(h);
		h = additions.reduce((next, { maths, choice }) => maths.next?.(choice, context) ?? next, h);
		const pattern = { query, key, logSumExp };
		const patterns = other === null ? [pattern] : [...found[other].patterns, pattern];
		found.push({ ...pattern, patterns, value: values[n], mixed, gate: gateLogits, update, hidden: h });
	}
	graph.scope = 'head';
	const last = norm(h, 'model.norm.weight');
	const logits =
		table && config.tieWordEmbeddings
			? graph.apply(matmul, [last, table], { transposeB: true })[0]
			: linear(last, table ? 'lm_head.weight' : 'model.output.weight', outputSizeOf(config));
	graph.scope = '';
	return { logits, layers: found, starts };
}
