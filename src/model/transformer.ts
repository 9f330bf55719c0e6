import type { Graph } from '../graph/graph';
import { add, embedding, matmul, mix, rmsNorm, rope, swiglu } from '../graph/ops';
import type { Shape, Tensor } from '../graph/tensor';
import { kvWidthOf, leaderOf, type ModelConfig } from './config';
import { type Sequence, wholeSequences } from './sequence';
import { valueScheme } from './values';
import type { ValueContext } from './values/scheme';

/** What probabilities follow from. */
export interface AttentionPattern {
	/** Rotated queries [B·T, H·dh] and keys [P·B·T, G·dh]; with P = 2 the layer's own come first. */
	query: Tensor;
	key: Tensor;
	/** Log-sum-exp of each row's logits, [B·H, T]; absent where the `Sequence` attends in a way that gives none. */
	logSumExp?: Tensor;
}

/** What a layer computes that measurements read. Layers count from 0. */
export interface LayerTensors extends AttentionPattern {
	/** Patterns whose mean is the layer's attention A: its own, with the attention residual layer 1's too. */
	patterns: readonly AttentionPattern[];
	/** Vₙ and V′ₙ, [B·T, G·dh]. */
	value: Tensor;
	mixed: Tensor;
	/** The block's output [B·T, d]. */
	hidden: Tensor;
}

export interface ForwardTensors {
	/** [B·T, V] */
	logits: Tensor;
	layers: LayerTensors[];
}

/** Name of the input with the fixed λ, [L, 2]. */
export const FIXED_LAMBDAS = 'value_lambdas';
/** Name of the input with NeuTRENO's λ, [1]. */
export const NEUTRENO_LAMBDA = 'neutreno_lambda';

/** Numbers for the inputs that hold a config's fixed λ, by name. A graph has those inputs that its layers read. */
export const lambdaInputs = ({ valueScheme: { lambdas, lambda } }: ModelConfig): Record<string, number[]> => ({
	...(lambdas ? { [FIXED_LAMBDAS]: lambdas.flat() } : {}),
	...(lambda === null ? {} : { [NEUTRENO_LAMBDA]: [lambda] }),
});

/**
 * The Llama-like model of METHODS.md section 1, with the config's methods: tokens [B·T] → logits [B·T, V]. Declares
 * every parameter under its Hugging Face name; linear weights are [out, in].
 *
 * @param sequence T, tokens a sequence; or how the tokens stand to those before them, where a cache has these
 */
export function forward(graph: Graph, config: ModelConfig, tokens: Tensor, sequence: number | Sequence): ForwardTensors {
	const { layers, heads, kvHeads, hiddenSize: d, intermediateSize: m, rmsNormEps: epsilon } = config;
	const rows: Sequence = typeof sequence === 'number' ? wholeSequences(graph, config, sequence) : sequence;
	const { cos, sin } = rows;
	const plain = valueScheme(config.valueScheme.name);
	const scheme = rows.scheme?.(plain) ?? plain;
	const linear = (x: Tensor, name: string, out: number) =>
		graph.apply(matmul, [x, graph.parameter(name, [out, x.shape[1]])], { transposeB: true })[0];
	const norm = (x: Tensor, name: string) => graph.apply(rmsNorm, [x, graph.parameter(name, [d])], { epsilon })[0];
	const rotate = (x: Tensor, count: number) => graph.apply(rope, [x, cos, sin], { heads: count, inverse: false })[0];
	const plus = (x: Tensor, y: Tensor) => graph.apply(add, [x, y])[0];
	const half = (x: Tensor, y: Tensor) =>
		graph.apply(mix, [graph.constant('halves', [2], () => Float32Array.of(0.5, 0.5)), x, y], { indices: [0, 1] })[0];
	const input = (name: string, shape: Shape) => graph.inputs.get(name) ?? graph.input(name, shape);
	const shared = new Map<string, Tensor>();
	const once = (name: string, make: () => Tensor) => {
		const tensor = shared.get(name) ?? make();
		shared.set(name, tensor);
		return tensor;
	};

	graph.scope = 'embedding';
	const table = graph.parameter('model.embed_tokens.weight', [config.vocabularySize, d]);
	const outputs = [graph.apply(embedding, [tokens, table])[0]];
	let h = outputs[0];
	const queries: Tensor[] = [];
	const keys: Tensor[] = [];
	const values: Tensor[] = [];
	const found: LayerTensors[] = [];
	for (let n = 0; n < layers; n++) {
		graph.scope = `layer ${n + 1}`;
		const prefix = `model.layers.${n}.`;
		const leads = leaderOf(config, n) === n;
		const x = norm(h, `${prefix}input_layernorm.weight`);
		const q = linear(x, `${prefix}self_attn.q_proj.weight`, d);
		const k = leads ? linear(x, `${prefix}self_attn.k_proj.weight`, kvWidthOf(config)) : keys[leaderOf(config, n)];
		const v = !leads
			? values[leaderOf(config, n)]
			: scheme.ownsValues(n)
				? linear(x, `${prefix}self_attn.v_proj.weight`, kvWidthOf(config))
				: values[0];
		queries.push(q);
		keys.push(k);
		values.push(v);
		const residual = n > 0 ? config.ablationResidual : null;
		// Layer 1 is always plain.
		const context: ValueContext | null =
			n === 0
				? null
				: {
						graph,
						config,
						layer: n,
						values,
						fixedLambdas: () => input(FIXED_LAMBDAS, [layers, 2]),
						neutrenoLambda: () => input(NEUTRENO_LAMBDA, [1]),
						parameter: (name, shape, layer = n) => graph.parameter(`model.layers.${layer}.self_attn.${name}`, shape),
						once,
					};
		const mixed = context ? scheme.mixed(context) : v;
		// The paper's other residuals, half and half with layer 1, before RoPE.
		const query = rotate(residual === 'query' ? half(queries[0], q) : q, heads);
		const ownKey =
			!leads && residual !== 'key' ? found[leaderOf(config, n)].key : rotate(residual === 'key' ? half(keys[0], k) : k, kvHeads);
		const layerOwn = { key: ownKey, value: mixed };
		const { key, value } =
			context && scheme.attended
				? scheme.attended.keysAndValues(context, layerOwn, { key: found[0].key, value: found[0].mixed })
				: layerOwn;
		const [own, logSumExp] = rows.attend(query, key, value, n);
		// ½A₁V + ½AₙV is ½(A₁V) + ½(AₙV).
		const attended = residual === 'attention' ? half(rows.attend(found[0].query, found[0].key, value, n)[0], own) : own;
		const u = context && scheme.output ? scheme.output(context, attended, mixed) : attended;
		const handed = rows.headOutputs?.(u, n) ?? u;
		h = plus(linear(handed, `${prefix}self_attn.o_proj.weight`, d), h);
		const y = norm(h, `${prefix}post_attention_layernorm.weight`);
		const gate = linear(y, `${prefix}mlp.gate_proj.weight`, m);
		const up = linear(y, `${prefix}mlp.up_proj.weight`, m);
		h = plus(linear(graph.apply(swiglu, [gate, up])[0], `${prefix}mlp.down_proj.weight`, d), h);
		if (config.ablationResidual === 'hidden') h = half(outputs[0], h);
		outputs.push(h);
		if (config.depthWeightedAverage) {
			// The next block's input is Σ_{j≤i} α_ij X_j.
			const weights = graph.parameter(`${prefix}depth_weights`, [n + 2]);
			h = graph.apply(mix, [weights, ...outputs], { indices: outputs.map((_, i) => i) })[0];
		}
		const pattern = { query, key, logSumExp };
		const patterns = residual === 'attention' ? [...found[0].patterns, pattern] : [pattern];
		found.push({ ...pattern, patterns, value: v, mixed, hidden: h });
	}
	graph.scope = 'head';
	const last = norm(h, 'model.norm.weight');
	const logits = config.tieWordEmbeddings
		? graph.apply(matmul, [last, table], { transposeB: true })[0]
		: linear(last, 'lm_head.weight', config.vocabularySize);
	graph.scope = '';
	return { logits, layers: found };
}
