// @ts-nocheck: its libraries are installed only where peers are measured.
// The model in @jax-js/jax: one jit() around valueAndGrad and AdamW. Arrays are used up by what consumes them, hence `.ref`.
import { HYPER, paramSpec, ropeTables } from './common.mjs';

export function createTrainer(jax, shape, weights) {
	const { numpy: np, nn, jit, valueAndGrad } = jax;
	const { L, D, H, T, B, V, lr } = shape;
	const headSize = D / H;
	const spec = paramSpec(shape);
	const tree = (make) => Object.fromEntries(spec.map((parameter) => [parameter.name, make(parameter)]));
	let P = tree(({ name, shape: extents }) => np.array(weights[name]).reshape(extents));
	let M = tree(({ shape: extents }) => np.zeros(extents));
	let S = tree(({ shape: extents }) => np.zeros(extents));
	const tables = ropeTables(shape);
	const cosTable = np.array(tables.cos).reshape([1, T, 1, tables.half]);
	const sinTable = np.array(tables.sin).reshape([1, T, 1, tables.half]);

	const rms = (x, g) => {
		const r = np.reciprocal(np.sqrt(np.mean(np.square(x.ref), -1, { keepdims: true }).add(HYPER.rmsEps)));
		return x.mul(r).mul(g);
	};
	const rope = (x, cos, sin) => {
		const [a, b] = np.split(x, 2, -1);
		return np.concatenate([a.ref.mul(cos.ref).sub(b.ref.mul(sin.ref)), b.mul(cos).add(a.mul(sin))], -1);
	};
	const lossOf = (p, x, yOne, cos, sin) => {
		let h = np.take(p.emb, x, 0); // [B·T, D]
		for (let l = 0; l < L; l++) {
			const w = (name) => p[`l${l}.${name}`];
			const a = rms(h.ref, w('n1'));
			const heads = (t) => t.reshape([B, T, H, headSize]);
			const q = rope(heads(np.matmul(a.ref, w('wq'))), cos.ref, sin.ref);
			const k = rope(heads(np.matmul(a.ref, w('wk'))), cos.ref, sin.ref);
			const v = heads(np.matmul(a, w('wv')));
			const o = nn.dotProductAttention(q, k, v, { isCausal: true }).reshape([B * T, D]);
			h = h.add(np.matmul(o, w('wo')));
			const b = rms(h.ref, w('n2'));
			h = h.add(np.matmul(nn.silu(np.matmul(b.ref, w('wg'))).mul(np.matmul(b, w('wu'))), w('wd')));
		}
		cos.dispose();
		sin.dispose();
		const logp = nn.logSoftmax(np.matmul(rms(h, p.nf), p.head), -1);
		return np.mean(np.sum(logp.mul(yOne), -1)).mul(-1);
	};
	// c1 = lr/(1−β₁ᵗ), c2 = 1/(1−β₂ᵗ)
	const update = jit((P, M, S, x, y, cos, sin, c1, c2) => {
		const [loss, G] = valueAndGrad(lossOf)(jax.tree.ref(P), x, nn.oneHot(y, V), cos, sin);
		const P2 = {};
		const M2 = {};
		const S2 = {};
		for (const { name, shape: extents } of spec) {
			const g = G[name];
			const m = M[name].mul(HYPER.b1).add(g.ref.mul(1 - HYPER.b1));
			const s = S[name].mul(HYPER.b2).add(np.square(g).mul(1 - HYPER.b2));
			const change = m.ref.mul(c1.ref).div(np.sqrt(s.ref.mul(c2.ref)).add(HYPER.eps));
			const kept = extents.length > 1 ? P[name].mul(1 - lr * HYPER.wd) : P[name];
			P2[name] = kept.sub(change);
			M2[name] = m;
			S2[name] = s;
		}
		c1.dispose();
		c2.dispose();
		return [loss, P2, M2, S2];
	});
	let t = 0;
	async function step(xs, ys) {
		t++;
		const c1 = np.array(new Float32Array([lr / (1 - HYPER.b1 ** t)]));
		const c2 = np.array(new Float32Array([1 / (1 - HYPER.b2 ** t)]));
		const [x, y] = [xs, ys].map((tokens) => np.array(tokens, { dtype: np.int32 }));
		const [loss, P2, M2, S2] = update(P, M, S, x, y, cosTable.ref, sinTable.ref, c1, c2);
		P = P2;
		M = M2;
		S = S2;
		await jax.blockUntilReady([P, M, S]);
		return (await loss.data())[0];
	}
	return { step };
}
