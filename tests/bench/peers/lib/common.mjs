// Shared by every competitor: shapes, first weights, token batches, FLOPs.

/** L layers, D width, H heads, F inner width, T tokens a sequence, B sequences, V vocabulary, lr learning rate
 * @typedef {{ L: number, D: number, H: number, F: number, T: number, B: number, V: number, lr: number }} Shape */

/** @type {Record<string, Shape>} */
export const SHAPES = {
	tiny: { L: 2, D: 64, H: 4, F: 192, T: 64, B: 8, V: 64, lr: 3e-3 },
	small: { L: 4, D: 128, H: 4, F: 384, T: 128, B: 8, V: 128, lr: 3e-3 },
	base: { L: 8, D: 256, H: 8, F: 704, T: 256, B: 4, V: 256, lr: 1e-3 },
};
export const HYPER = { b1: 0.9, b2: 0.95, eps: 1e-8, wd: 0.1, rmsEps: 1e-5, ropeBase: 10000 };

/**
 * Weights are stored [in, out]: y = x @ W.
 * @param {Shape} shape
 */
export function paramSpec({ L, D, F, V }) {
	/** @type {[string, number[]][]} */
	const spec = [['emb', [V, D]]];
	for (let l = 0; l < L; l++)
		spec.push(
			[`l${l}.n1`, [D]],
			[`l${l}.wq`, [D, D]],
			[`l${l}.wk`, [D, D]],
			[`l${l}.wv`, [D, D]],
			[`l${l}.wo`, [D, D]],
			[`l${l}.n2`, [D]],
			[`l${l}.wg`, [D, F]],
			[`l${l}.wu`, [D, F]],
			[`l${l}.wd`, [F, D]],
		);
	spec.push(['nf', [D]], ['head', [D, V]]);
	return spec.map(([name, shape]) => ({ name, shape, size: shape.reduce((a, b) => a * b, 1) }));
}

/** @param {number} a */
function mulberry32(a) {
	return () => {
		a = (a + 0x6d2b79f5) | 0;
		let t = Math.imul(a ^ (a >>> 15), 1 | a);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

/**
 * Norm weights are 1, everything else N(0, 0.02).
 * @param {Shape} shape
 */
export function initParams(shape, seed = 1234) {
	const random = mulberry32(seed);
	/** @type {Record<string, Float32Array<ArrayBuffer>>} */
	const weights = {};
	for (const { name, shape: extents, size } of paramSpec(shape)) {
		const numbers = new Float32Array(size);
		if (extents.length === 1) numbers.fill(1);
		else for (let i = 0; i < size; i++) numbers[i] = 0.02 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
		weights[name] = numbers;
	}
	return weights;
}

/**
 * A noisy affine Markov chain: next = (5x + 3) mod V with p = 0.85, else uniform. Fresh tokens every step.
 * @param {Shape} shape
 * @param {number} step
 */
export function makeBatch({ B, T, V }, step) {
	const random = mulberry32(999 + step * 7919);
	const x = new Int32Array(B * T);
	const y = new Int32Array(B * T);
	for (let b = 0; b < B; b++) {
		let token = Math.floor(random() * V);
		for (let t = 0; t < T; t++) {
			x[b * T + t] = token;
			token = random() < 0.85 ? (5 * token + 3) % V : Math.floor(random() * V);
			y[b * T + t] = token;
		}
	}
	return { x, y };
}

/** @param {Shape} shape */
export function ropeTables({ T, D, H }) {
	const half = D / H / 2;
	const cos = new Float32Array(T * half);
	const sin = new Float32Array(T * half);
	for (let t = 0; t < T; t++)
		for (let i = 0; i < half; i++) {
			const angle = t / HYPER.ropeBase ** (i / half);
			cos[t * half + i] = Math.cos(angle);
			sin[t * half + i] = Math.sin(angle);
		}
	return { cos, sin, half };
}

/**
 * FLOPs of a step's products: forward × 3, attention counted as T × T.
 * @param {Shape} shape
 */
export function stepFlops({ L, D, F, T, B, V }) {
	return 3 * B * T * (2 * L * (4 * D * D + 3 * D * F) + 2 * D * V + L * 4 * T * D);
}

/** Steps for a turn: `least` whatever they take, then more until there are `most`, or `ms` are over.
 * @typedef {{ least: number, most: number, ms: number }} Turn */

/**
 * Trains for a turn from step `from` on, timing each step.
 * @param {(x: Int32Array, y: Int32Array) => Promise<number>} step one whole training step: resolves to its loss once the host has it
 * @param {Shape} shape
 * @param {number} from
 * @param {Turn} turn
 */
export async function takeTurn(step, shape, from, { least, most, ms }) {
	/** @type {number[]} */
	const losses = [];
	/** @type {number[]} */
	const times = [];
	const began = performance.now();
	while (losses.length < most && (losses.length < least || performance.now() - began < ms)) {
		const { x, y } = makeBatch(shape, from + losses.length);
		const before = performance.now();
		losses.push(await step(x, y));
		times.push(performance.now() - before);
	}
	return { losses, times };
}
