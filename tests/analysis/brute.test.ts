import { describe, expect, it } from 'vitest';
import { analysisOf } from '../../src/analysis/analysis';
import { probeStates } from '../../src/analysis/states';
import { stream } from '../../src/data/random';
import { uniformEntropy, uniformTopImportance } from '../../src/experiment/measures/uniformAttention';
import type { ModelConfig } from '../../src/model/config';

/**
 * docs/METHODS.md section 3 once more, in the plainest loops, on random numbers with logits so large that attention is peaked,
 * and some heads have sinks; what probes return is all that it shares with the code.
 */
const [B, T, H, G, D] = [3, 11, 4, 2, 24];
const DH = D / H;
const random = stream(5, 'brute force');
const draw = (count: number, scale: number) => Float32Array.from({ length: count }, () => scale * random.normal());
const query = draw(B * T * D, 3);
const key = draw(B * T * G * DH, 3);
const value = draw(B * T * G * DH, 1);
const mixed = draw(B * T * G * DH, 2);
const hidden = draw(B * T * D, 1);
const update = draw(B * T * D, 1);
for (let b = 0; b < B; b++) {
	// A sink: a large key that sequence 1's queries like, a small value, a large state.
	if (b === 1) for (let c = 0; c < G * DH; c++) key[b * T * G * DH + c] = 2 * query[(b * T + 5) * D + c];
	for (let c = 0; c < G * DH; c++) value[b * T * G * DH + c] *= 0.05;
	for (let c = 0; c < D; c++) hidden[b * T * D + c] *= 20;
	// One direction dominates the update, in each sequence more.
	for (let i = 0; i < T; i++) for (let c = 0; c < D; c++) update[(b * T + i) * D + c] += 2 * b * Math.sin(i + 1) * Math.cos(c);
}

const z = (b: number, h: number, i: number, j: number): number => {
	const g = h < 2 ? 0 : 1;
	let dot = 0;
	for (let c = 0; c < DH; c++) dot += query[((b * T + i) * H + h) * DH + c] * key[((b * T + j) * G + g) * DH + c];
	return dot / Math.sqrt(DH);
};
const A: number[][][][] = [];
for (let b = 0; b < B; b++) {
	A.push([]);
	for (let h = 0; h < H; h++) {
		A[b].push([]);
		for (let i = 0; i < T; i++) {
			const exponentials: number[] = [];
			for (let j = 0; j < T; j++) exponentials.push(j <= i ? Math.exp(z(b, h, i, j)) : 0);
			const total = exponentials.reduce((x, y) => x + y);
			A[b][h].push(exponentials.map((x) => x / total));
		}
	}
}
const average = (numbers: number[]) => numbers.reduce((x, y) => x + y, 0) / numbers.length;
const norm = (numbers: ArrayLike<number>) => Math.sqrt(Array.from(numbers).reduce((x, y) => x + y * y, 0));

const config = { layers: 1, heads: H, kvHeads: G, hiddenSize: D, ablationResidual: null } as ModelConfig;
const readback = {
	'attention.0': Float64Array.from(A.flat(3)),
	'query.0': query,
	'key.0': key,
	'value.0': value,
	'mixed.0': mixed,
	'update.0': update,
	'hidden.0': hidden,
};
const states = probeStates(config, { batchSize: B, length: T }, readback);
const found = analysisOf(config, states, { costly: true });

describe('against loops over random attention', () => {
	it('entropy of token importance', () => {
		const entropies = A.map((heads) => {
			const p: number[] = [];
			for (let j = 0; j < T; j++) {
				let sum = 0;
				for (let i = 0; i < T; i++) for (let h = 0; h < H; h++) sum += heads[h][i][j] / H;
				p.push(sum / T);
			}
			return -p.reduce((sum, x) => sum + x * Math.log(x), 0);
		});
		expect(found.entropy[0]).toBeCloseTo(average(entropies), 10);
	});

	it('share of importance of the most important tokens', () => {
		for (const [count, key] of [
			[1, 'topImportance1'],
			[2, 'topImportance2'],
			[3, 'topImportance3'],
			[10, 'topImportance10'],
		] as const) {
			const shares = A.map((heads) => {
				let left = heads.flatMap((rows) => rows.flatMap((row) => row.map((p, j) => ({ p, j }))));
				let share = 0;
				for (let n = 0; n < count; n++) {
					const columns = Array.from({ length: T }, (_, j) => left.reduce((sum, one) => sum + (one.j === j ? one.p : 0), 0) / (H * T));
					const best = columns.indexOf(Math.max(...columns));
					share += columns[best];
					left = left.filter(({ j }) => j !== best);
				}
				return share;
			});
			expect(found[key][0]).toBeCloseTo(average(shares), 12);
			expect(found[key][0]).toBeLessThan(1);
		}
	});

	it('sink rate and max-α', () => {
		const first: number[] = [];
		const largest: number[] = [];
		for (let b = 0; b < B; b++)
			for (let h = 0; h < H; h++) {
				const alpha: number[] = [];
				for (let k = 0; k < T; k++) {
					const column: number[] = [];
					for (let i = k; i < T; i++) column.push(A[b][h][i][k]);
					alpha.push(average(column));
				}
				first.push(alpha[0] > 0.3 ? 1 : 0);
				largest.push(Math.max(...alpha.slice(0, 5)));
			}
		// The rate must be neither 0 nor 1, or the test would prove nothing.
		expect(average(first)).toBeGreaterThan(0);
		expect(average(first)).toBeLessThan(1);
		expect(found.sinkRate[0]).toBeCloseTo(average(first), 12);
		expect(found.maxAlpha[0]).toBeCloseTo(average(largest), 10);
	});

	it('attention to the first token, of all later queries or of those of one class', () => {
		const classes = Array.from({ length: B * T }, (_, at) => at % 3);
		const meanOver = (counts: (at: number) => boolean) =>
			average(A.flatMap((heads, b) => heads.flatMap((rows) => rows.flatMap((row, i) => (i > 0 && counts(b * T + i) ? [row[0]] : [])))));
		expect(found.sinkAttention[0]).toBeCloseTo(
			meanOver(() => true),
			12,
		);
		for (const counted of [0, 1, 2]) {
			const { sinkAttention } = analysisOf(config, states, { costly: false, sinkQueries: { classes, counted } });
			expect(sinkAttention[0]).toBeCloseTo(
				meanOver((at) => classes[at] === counted),
				12,
			);
		}
		const both = { costly: false, sinkQueries: { classes, counted: 0 }, triggerQueries: { classes, counted: 1 } };
		const { sinkAttention, triggerAttention } = analysisOf(config, states, both);
		expect(sinkAttention[0]).toBeCloseTo(
			meanOver((at) => classes[at] === 0),
			12,
		);
		expect(triggerAttention?.[0]).toBeCloseTo(
			meanOver((at) => classes[at] === 1),
			12,
		);
		expect(found).not.toHaveProperty('triggerAttention');
		const none = analysisOf(config, states, { costly: false, sinkQueries: { classes, counted: 3 } });
		expect(none.sinkAttention[0]).toBeNaN();
	});

	it('sink logit', () => {
		const differences: number[] = [];
		for (let b = 0; b < B; b++)
			for (let h = 0; h < H; h++)
				for (let i = 1; i < T; i++) {
					const others: number[] = [];
					for (let j = 1; j <= i; j++) others.push(z(b, h, i, j));
					differences.push(z(b, h, i, 0) - average(others));
				}
		expect(found.sinkLogit[0]).toBeCloseTo(average(differences), 8);
	});

	it('norms, drains and the residual peak', () => {
		const norms = (states: Float32Array, parts: number, width: number) =>
			Array.from({ length: T }, (_, j) => {
				const all: number[] = [];
				for (let b = 0; b < B; b++)
					for (let p = 0; p < parts; p++) {
						const at = ((b * T + j) * parts + p) * width;
						all.push(norm(states.subarray(at, at + width)));
					}
				return average(all);
			});
		const [v, w, h] = [norms(value, G, DH), norms(mixed, G, DH), norms(hidden, 1, D)];
		const same = (list: number[], wanted: number[]) => {
			for (let j = 0; j < T; j++) expect(list[j]).toBeCloseTo(wanted[j], 10);
		};
		same(found.valueNorm[0], v);
		same(found.mixedNorm[0], w);
		same(found.hiddenNorm[0], h);
		expect(found.drain[0]).toBeCloseTo(v[0] / average(v.slice(1)), 10);
		expect(found.drain[0]).toBeLessThan(0.1);
		expect(found.mixedDrain[0]).toBeCloseTo(w[0] / average(w.slice(1)), 10);
		expect(found.peak[0]).toBeCloseTo(h[0] - average(h.slice(1)), 10);
	});

	it('token similarity', () => {
		const cosines: number[] = [];
		for (let b = 0; b < B; b++)
			for (let i = 0; i < T; i++)
				for (let j = 0; j < T; j++) {
					if (i === j) continue;
					const x = hidden.subarray((b * T + i) * D, (b * T + i + 1) * D);
					const y = hidden.subarray((b * T + j) * D, (b * T + j + 1) * D);
					cosines.push(x.reduce((sum, value, c) => sum + value * y[c], 0) / norm(x) / norm(y));
				}
		expect(found.similarity[0]).toBeCloseTo(average(cosines), 10);
	});

	it('spectra, their eigenvalues by Jacobi rotations', () => {
		expect(found.spectrum).toEqual([held(hidden, D)]);
		expect(found.valueSpectrum).toEqual([held(value, G * DH)]);
		const biased = value.map((x, at) => x + (at % 5));
		const { valueSpectrum, valueSpectrumUncentred } = analysisOf(
			config,
			probeStates(config, { batchSize: B, length: T }, { ...readback, 'value.0': biased }),
			{ costly: true },
		);
		expect(valueSpectrumUncentred).toEqual([held(biased, G * DH, false)]);
		expect(valueSpectrumUncentred).not.toEqual(valueSpectrum);
	});

	it('stable rank of the attention update, its eigenvalues by Jacobi rotations', () => {
		const ranks = A.map((_, b) => {
			const values = eigenvalues(update.subarray(b * T * D, (b + 1) * T * D), D, false);
			return values.reduce((x, y) => x + y) / values[0];
		});
		expect(Math.max(...ranks) / Math.min(...ranks)).toBeGreaterThan(1.5);
		expect(found.stableRank?.[0]).toBeCloseTo(average(ranks), 10);
	});
});

/** How many eigenvalues of the covariance hold 99 % of its trace; uncentred, of the second moments. */
function held(states: Float32Array, width: number, centre = true): number {
	const values = eigenvalues(states, width, centre);
	const total = values.reduce((x, y) => x + y);
	let count = 0;
	for (let sum = 0; sum / total < 0.99; count++) sum += values[count];
	return count;
}

/** Eigenvalues of XᵀX, largest first. */
function eigenvalues(states: Float32Array, width: number, centre: boolean): number[] {
	const rows = states.length / width;
	const means = Array.from({ length: width }, (_, c) =>
		centre ? average(Array.from({ length: rows }, (_, r) => states[r * width + c])) : 0,
	);
	const S: number[][] = [];
	for (let i = 0; i < width; i++) {
		S.push([]);
		for (let j = 0; j < width; j++) {
			let sum = 0;
			for (let r = 0; r < rows; r++) sum += (states[r * width + i] - means[i]) * (states[r * width + j] - means[j]);
			S[i].push(sum);
		}
	}
	for (let sweep = 0; sweep < 12; sweep++)
		for (let p = 0; p < width; p++)
			for (let q = p + 1; q < width; q++) {
				const angle = 0.5 * Math.atan2(2 * S[p][q], S[q][q] - S[p][p]);
				const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
				for (let k = 0; k < width; k++) [S[k][p], S[k][q]] = [cos * S[k][p] - sin * S[k][q], sin * S[k][p] + cos * S[k][q]];
				for (let k = 0; k < width; k++) [S[p][k], S[q][k]] = [cos * S[p][k] - sin * S[q][k], sin * S[p][k] + cos * S[q][k]];
			}
	return S.map((row, i) => row[i]).sort((a, b) => b - a);
}

it.each([
	[64, 3.754],
	[128, 4.439],
	[256, 5.127],
])('uniform causal attention over %i tokens has entropy %f', (length, entropy) => {
	expect(uniformEntropy(length)).toBeCloseTo(entropy, 3);
});

it('the top tokens under uniform causal attention are the first ones', () => {
	// Importances of 4 tokens: (1 + ½ + ⅓ + ¼, ½ + ⅓ + ¼, ⅓ + ¼, ¼) / 4.
	const [first, second] = [25 / 12 / 4, 13 / 12 / 4];
	expect(uniformTopImportance(4, 1)).toBeCloseTo(first, 12);
	expect(uniformTopImportance(4, 2)).toBeCloseTo(first + second, 12);
	expect(uniformTopImportance(4, 10)).toBeCloseTo(1, 12);
	expect(uniformTopImportance(1, 1)).toBe(1);
});
