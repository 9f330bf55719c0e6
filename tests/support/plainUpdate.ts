/**
 * The optimisers of docs/METHODS.md section 1 once more, in float64 with the plainest loops. Shares nothing with src but the
 * config's type.
 */
import type { TrainingConfig } from '../../src/checkpoint/trainingConfig';

/** Numbers by a parameter's name, row-major. */
type Named = Record<string, number[]>;

export interface PlainState {
	parameters: Named;
	/** AdamW's mean of gradients, the momentum of SGD and of Muon. */
	first: Named;
	/** AdamW's mean of squared gradients. */
	second: Named;
}

/** A state before step 0: every moment is 0. */
export const plainState = (weights: Readonly<Record<string, ArrayLike<number>>>): PlainState => {
	const zeros = () => Object.fromEntries(Object.entries(weights).map(([name, { length }]) => [name, Array<number>(length).fill(0)]));
	return {
		parameters: Object.fromEntries(Object.entries(weights).map(([name, w]) => [name, Array.from(w)])),
		first: zeros(),
		second: zeros(),
	};
};

/** Updates `state` in place with the gradients of step `step` (from 0). `rate` is the main learning rate of the step. */
export function plainUpdate(
	state: PlainState,
	gradients: Readonly<Record<string, ArrayLike<number>>>,
	shapes: Readonly<Record<string, readonly number[]>>,
	{ training, step, rate }: { training: TrainingConfig; step: number; rate: number },
): void {
	let squares = 0;
	for (const gradient of Object.values(gradients)) for (let i = 0; i < gradient.length; i++) squares += gradient[i] ** 2;
	const clip = training.clip > 0 ? Math.min(1, training.clip / (Math.sqrt(squares) + 1e-6)) : 1;
	for (const [name, gradient] of Object.entries(gradients)) {
		const [p, m, v] = [state.parameters[name], state.first[name], state.second[name]];
		const g = Array.from(gradient, (value) => value * clip);
		const decay = shapes[name].length === 2 ? training.weightDecay : 0;
		if (training.optimizer === 'muon' && /_proj\.weight$/.test(name)) {
			const mu = training.muonMomentum;
			const eta = (training.muonLearningRate * rate) / training.learningRate;
			const [rows, columns] = shapes[name];
			g.forEach((value, i) => {
				m[i] = mu * m[i] + (1 - mu) * value;
			});
			const x = newtonSchulz(
				matrixOf(
					g.map((value, i) => (1 - mu) * value + mu * m[i]),
					rows,
					columns,
				),
			);
			p.forEach((value, i) => {
				p[i] = value - eta * decay * value - eta * Math.sqrt(Math.max(1, rows / columns)) * x[Math.floor(i / columns)][i % columns];
			});
		} else if (training.optimizer === 'sgd') {
			g.forEach((value, i) => {
				m[i] = training.momentum * m[i] + value;
				p[i] = p[i] - rate * decay * p[i] - rate * m[i];
			});
		} else {
			const { beta1, beta2, epsilon } = training;
			g.forEach((value, i) => {
				m[i] = beta1 * m[i] + (1 - beta1) * value;
				v[i] = beta2 * v[i] + (1 - beta2) * value * value;
				const mean = m[i] / (1 - beta1 ** (step + 1));
				const root = Math.sqrt(v[i] / (1 - beta2 ** (step + 1)));
				p[i] = p[i] - rate * decay * p[i] - (rate * mean) / (root + epsilon);
			});
		}
	}
}

type Matrix = number[][];

const matrixOf = (numbers: readonly number[], rows: number, columns: number): Matrix =>
	Array.from({ length: rows }, (_, r) => numbers.slice(r * columns, (r + 1) * columns));

const transposed = (x: Matrix): Matrix => x[0].map((_, c) => x.map((row) => row[c]));

const times = (a: Matrix, b: Matrix): Matrix => a.map((row) => b[0].map((_, c) => row.reduce((sum, value, k) => sum + value * b[k][c], 0)));

function newtonSchulz(u: Matrix): Matrix {
	if (u.length > u[0].length) return transposed(newtonSchulz(transposed(u)));
	const norm = Math.sqrt(u.flat().reduce((sum, value) => sum + value * value, 0));
	let x = u.map((row) => row.map((value) => value / (norm + 1e-7)));
	for (let i = 0; i < 5; i++) {
		const once = times(times(x, transposed(x)), x);
		const twice = times(times(x, transposed(x)), once);
		x = x.map((row, r) => row.map((value, c) => 3.4445 * value - 4.775 * once[r][c] + 2.0315 * twice[r][c]));
	}
	return x;
}
