/**
 * docs/METHODS.md sections 1 and 2 once more, with every intervention of src/experiment/interventions: one sequence, float64,
 * the plainest loops. Shares nothing with src but the config's type: no graph, no op, no value scheme.
 */
import type { Intervention } from '../../src/experiment/interventions';
import type { ModelConfig } from '../../src/model/config';

/** Rows of numbers. */
type Rows = number[][];
type Weights = Readonly<Record<string, ArrayLike<number>>>;

export interface PlainReading {
	/** [L][H][T][T] */
	attention: Rows[][];
	/** Vₙ and V′ₙ [L][T][G·dh], what attention adds to h and h at the block's output [L][T][d]. */
	value: Rows[];
	mixed: Rows[];
	update: Rows[];
	hidden: Rows[];
	/** [T][V], or [T][n] of a model of vectors. */
	logits: Rows;
	/** [T], nats or squared errors; NaN at positions without a target. */
	losses: number[];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0);
const dot = (a: readonly number[], b: readonly number[]): number => sum(a.map((value, i) => value * b[i]));

/** Σ weights[i]·terms[i] */
const weighted = (weights: readonly number[], terms: readonly Rows[]): Rows =>
	terms[0].map((row, t) => row.map((_, c) => sum(terms.map((term, i) => weights[i] * term[t][c]))));

/** x Wᵀ, W [out, in] */
function linear(x: Rows, matrix: ArrayLike<number>): Rows {
	const width = x[0].length;
	return x.map((row) => Array.from({ length: matrix.length / width }, (_, o) => sum(row.map((value, i) => value * matrix[o * width + i]))));
}

const rmsNorm = (x: Rows, weight: ArrayLike<number>, epsilon: number): Rows =>
	x.map((row) => row.map((value, c) => (value / Math.sqrt(dot(row, row) / row.length + epsilon)) * weight[c]));

/** Half-rotation pairing (i, i + dh/2) within each head. */
const rotated = (x: Rows, size: number, theta: number): Rows =>
	x.map((row, t) =>
		row.map((value, c) => {
			const i = c % size;
			const angle = t * theta ** ((-2 * (i % (size / 2))) / size);
			const partner = i < size / 2 ? -row[c + size / 2] : row[c - size / 2];
			return value * Math.cos(angle) + partner * Math.sin(angle);
		}),
	);

/** Equal pieces of a row. */
const split = (row: readonly number[], size: number): Rows =>
	Array.from({ length: row.length / size }, (_, i) => row.slice(i * size, (i + 1) * size));

/** λ of a layer in the order of the page's sliders, as the model has them. */
function lambdasOf({ layers, valueScheme, kvSharing, ablationResidual }: ModelConfig, weights: Weights, n: number): number[] {
	const own = (name: string, layer = n) => Array.from(weights[`model.layers.${layer}.self_attn.${name}`] ?? []);
	switch (valueScheme.name) {
		case 'own':
			return kvSharing > 1 || ablationResidual ? [] : [0, 1];
		case 'svformer':
			return [1];
		case 'cross-layer':
			return [1, 1];
		case 'skipv1':
			return [1];
		case 'neutreno':
			return [];
		default: {
			if (valueScheme.form !== 'plus') return valueScheme.lambdas?.[n] ?? own('value_lambda');
			const powers = Array.from({ length: layers - 1 }, (_, i) => Math.exp(own('value_logit', i + 1)[0]));
			return [(weights['model.value_scale'][0] * powers[n - 1]) / sum(powers), own('value_lambda')[0]];
		}
	}
}

/** Vectors that a model reads and should answer, [T][n]. */
export interface PlainVectors {
	inputs: Rows;
	targets: Rows;
}

/** One forward pass of `tokens` [T]; a target below 0 is none. With `vectors` tokens only count, and losses are squared errors. */
export function plainForward(
	config: ModelConfig,
	weights: Weights,
	tokens: readonly number[],
	targets: readonly number[],
	edit: Intervention,
	vectors?: PlainVectors,
): PlainReading {
	const { layers, heads, kvHeads, hiddenSize: d, ropeTheta, rmsNormEps, valueScheme, kvSharing, ablationResidual } = config;
	const size = d / heads;
	const positions = tokens.map((_, t) => t);
	const here = <Edit extends { layer: number | null; key: number }>(edits: readonly Edit[], n: number, key: number): Edit[] =>
		edits.filter((one) => one.key === key && (one.layer === null || one.layer === n));
	const rows = (name: string): Rows =>
		Array.from({ length: weights[name].length / d }, (_, r) => Array.from(weights[name]).slice(r * d, (r + 1) * d));
	const embedding = vectors ? [] : rows('model.embed_tokens.weight');
	const reading: PlainReading = { attention: [], value: [], mixed: [], update: [], hidden: [], logits: [], losses: [] };
	const [queries, keys]: Rows[][] = [[], []];
	const states: Rows[] = [vectors ? linear(vectors.inputs, weights['model.input.weight']) : tokens.map((token) => embedding[token])];
	let [h] = states;
	for (let n = 0; n < layers; n++) {
		const layer = (name: string) => weights[`model.layers.${n}.${name}.weight`];
		const leader = n - (n % kvSharing);
		const x = rmsNorm(h, layer('input_layernorm'), rmsNormEps);
		const perHead = (made: Rows, name: string): Rows =>
			config.qkNorm ? made.map((row) => rmsNorm(split(row, size), layer(`self_attn.${name}_norm`), rmsNormEps).flat()) : made;
		queries.push(perHead(linear(x, layer('self_attn.q_proj')), 'q'));
		keys.push(leader === n ? perHead(linear(x, layer('self_attn.k_proj')), 'k') : keys[leader]);
		const readsFirst = valueScheme.name === 'svformer' && n > 0;
		const skips = valueScheme.name === 'skipv1' && n > 0;
		const ownColumns = (kvHeads - Math.floor(kvHeads / 2)) * size;
		/** The projected heads, then those of V₁. */
		const joined = (own: Rows, first: Rows): Rows => own.map((row, t) => [...row.slice(0, ownColumns), ...first[t].slice(ownColumns)]);
		const projected = (): Rows => {
			let made = linear(x, layer('self_attn.v_proj'));
			if (config.valueEmbedding) {
				const table = split(Array.from(layer('self_attn.value_embed')), made[0].length);
				const looked = tokens.map((token) => table[token]);
				const onTerms = Array.from(weights[`model.layers.${n}.self_attn.value_embed_lambda`]);
				// Their edits come after those of the value scheme, NeuTRENO's λ included.
				const before = n === 0 ? 0 : lambdasOf(config, weights, n).length + (n === 1 && valueScheme.name.startsWith('neutreno') ? 1 : 0);
				for (const { layer: at, index, value } of edit.lambdas) if (at === n && index >= before) onTerms[index - before] = value;
				made = weighted(onTerms, [looked, made]);
			}
			return skips ? joined(made, reading.value[0]) : made;
		};
		reading.value.push(readsFirst ? reading.value[0] : leader === n ? projected() : reading.value[leader]);
		const { value: values } = reading;

		const lambdas = n === 0 ? [] : [...lambdasOf(config, weights, n)];
		const pulls = n > 0 && valueScheme.name.startsWith('neutreno');
		let pull = pulls ? (valueScheme.lambda as number) : 0;
		const pullIndex = valueScheme.name === 'neutreno' ? 0 : 2;
		for (const { layer: at, index, value } of edit.lambdas) {
			if (pulls && at === 1 && index === pullIndex) pull = value;
			else if (at === n && index < lambdas.length) lambdas[index] = value;
		}
		if (edit.withoutFirstValues && n > 0) {
			pull = 0;
			if (lambdas.length > 0) lambdas[0] = 0;
		}
		let mixed = values[n];
		let beside = values[0];
		if (valueScheme.name === 'cross-layer' && n > 0)
			[beside, mixed] = [weighted([lambdas[0]], [values[0]]), weighted([lambdas[1]], [values[n]])];
		else if (skips) mixed = joined(values[n], weighted(lambdas, [values[0]]));
		else if (lambdas.length === 1) mixed = weighted(lambdas, [values[0]]);
		else if (valueScheme.form === 'dense' && n > 0) mixed = weighted(lambdas, values);
		else if (lambdas.length > 0) mixed = weighted(lambdas, [values[0], values[n]]);

		const half = (a: Rows, b: Rows) => weighted([0.5, 0.5], [a, b]);
		const q = rotated(ablationResidual === 'query' && n > 0 ? half(queries[0], queries[n]) : queries[n], size, ropeTheta);
		const k = rotated(ablationResidual === 'key' && n > 0 ? half(keys[0], keys[n]) : keys[n], size, ropeTheta);
		const [q1, k1] = [rotated(queries[0], size, ropeTheta), rotated(keys[0], size, ropeTheta)];
		const crosses = valueScheme.name === 'cross-layer' && n > 0;
		const sources = crosses
			? [
					{ k, v: mixed },
					{ k: k1, v: beside },
				]
			: [{ k, v: mixed }];
		/** Rows of A by source [P][T], of one head. */
		const sinkOf = (head: number): number => {
			if (edit.sinkLogit || config.attentionSink === 'zero') return 1;
			return config.attentionSink === 'learned' ? Math.exp(weights[`model.layers.${n}.self_attn.sinks`][head]) : 0;
		};
		const patternOf = (query: Rows, over: { k: Rows }[], from: number, kvFrom: number): number[][][] =>
			positions.map((i) => {
				const powers = over.map((source) =>
					positions.map((j) => {
						if (j > i || here(edit.maskedKeys, n, j).length > 0) return 0;
						return Math.exp(dot(query[i].slice(from, from + size), source.k[j].slice(kvFrom, kvFrom + size)) / Math.sqrt(size));
					}),
				);
				const total = sum(powers.flat()) + sinkOf(from / size);
				return powers.map((row) => row.map((power) => (total === 0 ? 0 : power / total)));
			});
		const u: Rows = positions.map(() => new Array<number>(d).fill(0));
		const maps: Rows[] = [];
		for (let head = 0; head < heads; head++) {
			const from = head * size;
			const kvFrom = Math.floor((head * kvHeads) / heads) * size;
			let pattern = patternOf(q, sources, from, kvFrom);
			if (ablationResidual === 'attention' && n > 0) {
				const first = patternOf(q1, [{ k: k1 }], from, kvFrom);
				pattern = pattern.map((row, i) => [row[0].map((a, j) => 0.5 * a + 0.5 * first[i][0][j])]);
			}
			maps.push(pattern.map((parts) => positions.map((j) => sum(parts.map((row) => row[j])))));
			const off = edit.headsOff.some((one) => one.layer === n && one.head === head);
			for (const i of positions)
				for (let c = 0; c < size && !off; c++) {
					for (const j of positions) {
						const factor = here(edit.valueScales, n, j).reduce((product, one) => product * one.value, 1);
						sources.forEach(({ v }, p) => {
							u[i][from + c] += pattern[i][p][j] * factor * v[j][kvFrom + c];
						});
					}
					u[i][from + c] += pull * (values[0][i][kvFrom + c] - mixed[i][kvFrom + c]);
				}
		}
		if (config.attentionGate) {
			const gates = linear(x, layer('self_attn.gate_proj')).map((row) => row.map((logit) => 1 / (1 + Math.exp(-logit))));
			const columns = d / gates[0].length;
			u.forEach((row, t) => {
				row.forEach((value, c) => {
					row[c] = value * gates[t][Math.floor(c / columns)];
				});
			});
		}
		const plus = (a: Rows, b: Rows) => weighted([1, 1], [a, b]);
		const update = linear(u, layer('self_attn.o_proj'));
		h = plus(h, update);
		const y = rmsNorm(h, layer('post_attention_layernorm'), rmsNormEps);
		const [gate, up] = [linear(y, layer('mlp.gate_proj')), linear(y, layer('mlp.up_proj'))];
		const inner = gate.map((row, t) => row.map((g, c) => (g / (1 + Math.exp(-g))) * up[t][c]));
		h = plus(h, linear(inner, layer('mlp.down_proj')));
		if (ablationResidual === 'hidden') h = half(states[0], h);
		states.push(h);
		if (config.depthWeightedAverage) h = weighted(Array.from(weights[`model.layers.${n}.depth_weights`]), states);
		reading.attention.push(maps);
		reading.mixed.push(mixed);
		reading.update.push(update);
		reading.hidden.push(h);
	}
	const last = rmsNorm(h, weights['model.norm.weight'], rmsNormEps);
	if (vectors) {
		reading.logits = linear(last, weights['model.output.weight']);
		reading.losses = reading.logits.map((row, t) => sum(row.map((y, c) => (y - vectors.targets[t][c]) ** 2)) / row.length);
		return reading;
	}
	reading.logits = linear(last, weights[config.tieWordEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight']);
	reading.losses = reading.logits.map((row, t) =>
		targets[t] < 0 ? Number.NaN : Math.log(sum(row.map((z) => Math.exp(z)))) - row[targets[t]],
	);
	return reading;
}
