// @ts-nocheck: its libraries are installed only where peers are measured.
// The model in TensorFlow.js, as its own API suggests: tf.gather, tf.matMul, tf.softmax, tf.variableGrads, tf.train.adam;
// decoupled weight decay by hand, as it has no AdamW.
import { HYPER, paramSpec, ropeTables } from './common.mjs';

export function createTrainer(tf, shape, weights) {
	const { L, D, H, T, B, V, lr } = shape;
	const headSize = D / H;
	const spec = paramSpec(shape);
	const P = Object.fromEntries(
		spec.map(({ name, shape: extents }) => [name, tf.variable(tf.tensor(weights[name], extents), true, `${name}_${Math.random()}`)]),
	);
	const tables = ropeTables(shape);
	const cos = tf.tensor(tables.cos, [1, 1, T, tables.half]);
	const sin = tf.tensor(tables.sin, [1, 1, T, tables.half]);
	const hidden = new Float32Array(T * T);
	for (let i = 0; i < T; i++) for (let j = i + 1; j < T; j++) hidden[i * T + j] = -1e9;
	const mask = tf.tensor(hidden, [1, 1, T, T]);
	const adam = tf.train.adam(lr, HYPER.b1, HYPER.b2, HYPER.eps);

	const rms = (x, g) => x.mul(tf.rsqrt(x.square().mean(-1, true).add(HYPER.rmsEps))).mul(g);
	const heads = (x) => x.reshape([B, T, H, headSize]).transpose([0, 2, 1, 3]);
	const rope = (x) => {
		const [a, b] = tf.split(x, 2, -1);
		return tf.concat([a.mul(cos).sub(b.mul(sin)), b.mul(cos).add(a.mul(sin))], -1);
	};
	function lossOf(x, yOne) {
		let h = tf.gather(P.emb, x); // [B·T, D]
		for (let l = 0; l < L; l++) {
			const w = (name) => P[`l${l}.${name}`];
			let a = rms(h, w('n1'));
			const q = rope(heads(tf.matMul(a, w('wq'))));
			const k = rope(heads(tf.matMul(a, w('wk'))));
			const v = heads(tf.matMul(a, w('wv')));
			const weightsOf = tf.softmax(
				tf
					.matMul(q, k, false, true)
					.mul(1 / Math.sqrt(headSize))
					.add(mask),
			);
			a = tf
				.matMul(weightsOf, v)
				.transpose([0, 2, 1, 3])
				.reshape([B * T, D]);
			h = h.add(tf.matMul(a, w('wo')));
			const b = rms(h, w('n2'));
			const g = tf.matMul(b, w('wg'));
			h = h.add(tf.matMul(g.mul(tf.sigmoid(g)).mul(tf.matMul(b, w('wu'))), w('wd')));
		}
		const logp = tf.logSoftmax(tf.matMul(rms(h, P.nf), P.head));
		return logp.mul(yOne).sum(-1).mean().neg();
	}
	const variables = spec.map(({ name }) => P[name]);
	async function step(xs, ys) {
		const loss = tf.tidy(() => {
			const x = tf.tensor1d(xs, 'int32');
			const yOne = tf.oneHot(tf.tensor1d(ys, 'int32'), V).toFloat();
			const { value, grads } = tf.variableGrads(() => lossOf(x, yOne), variables);
			for (const { name, shape: extents } of spec) if (extents.length > 1) P[name].assign(P[name].mul(1 - lr * HYPER.wd));
			adam.applyGradients(grads);
			return value;
		});
		const value = (await loss.data())[0];
		loss.dispose();
		return value;
	}
	return { step };
}
