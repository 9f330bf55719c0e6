// @ts-nocheck: its libraries are installed only where peers are measured.
// node serve.mjs jax|tfjs SHAPE, as a child with an IPC channel: says { lib, adapter } when it is ready, then answers each turn
// { from, least, most, ms } with { losses, times }; the first answer has `coldMs` as well.

import { initParams, takeTurn } from './lib/common.mjs';
import { adapterName } from './lib/dawn.mjs';

const [name, json] = process.argv.slice(2);
const shape = JSON.parse(json);

async function openJax() {
	const jax = await import('@jax-js/jax');
	const backends = await jax.init('webgpu');
	if (!backends.includes('webgpu')) throw new Error(`jax-js has no WebGPU here, but ${backends}`);
	jax.defaultDevice('webgpu');
	const { createTrainer } = await import('./lib/model-jax.mjs');
	return { lib: 'jax-js 0.1.25', create: () => createTrainer(jax, shape, initParams(shape)) };
}

async function openTfjs() {
	const module = await import('@tensorflow/tfjs');
	const tf = module.default ?? module;
	await import('@tensorflow/tfjs-backend-webgpu');
	if (!(await tf.setBackend('webgpu'))) throw new Error('tfjs: its WebGPU backend did not start');
	await tf.ready();
	const { createTrainer } = await import('./lib/model-tfjs.mjs');
	return { lib: `tfjs ${tf.version_core ?? tf.version.tfjs}`, create: () => createTrainer(tf, shape, initParams(shape)) };
}

// What a library prints belongs with the other messages.
console.log = console.error;
console.info = console.error;
try {
	const { lib, create } = await (name === 'jax' ? openJax() : openTfjs());
	let trainer;
	process.on('message', async (turn) => {
		const began = performance.now();
		const isFirst = !trainer;
		try {
			trainer ??= create();
			const taken = await takeTurn((x, y) => trainer.step(x, y), shape, turn.from, turn);
			process.send({ ...taken, ...(isFirst ? { coldMs: performance.now() - began } : {}) });
		} catch (error) {
			process.send({ error: String(error?.message ?? error) });
		}
	});
	process.on('disconnect', () => process.exit(0));
	process.send({ lib, adapter: await adapterName() });
} catch (error) {
	process.send({ error: String(error?.message ?? error) }, () => process.exit(1));
}
