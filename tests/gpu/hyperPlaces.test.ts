import { describe, expect, it } from 'vitest';
import { SHADERS } from '../../src/gpu/shaders';
import { HYPER } from '../../src/graph/ops/hyper';

/** `muonLearningRate` → `MUON_LEARNING_RATE` */
const constantOf = (name: string) => name.replace(/[A-Z]/g, '_$&').toUpperCase();
const PLACES = Object.fromEntries(HYPER.map((name, i) => [constantOf(name), i]));
const files = Object.keys(SHADERS).filter((file) => /> hyper: array<f32>;/.test(SHADERS[file]));

describe('kernels that read hyper', () => {
	it('are the optimisers and the loss scale', () => {
		expect(files.sort()).toEqual(['adam_w', 'muon_direction', 'muon_update', 'sgd', 'update_loss_scale']);
	});

	it.each(files)('%s names the places as HYPER has them', (file) => {
		const text = SHADERS[file];
		const constants = [...text.matchAll(/^const (\w+) = (\d+)u;$/gm)].map(([, name, place]) => [name, Number(place)]);
		expect(constants.length).toBeGreaterThan(1);
		for (const [name, place] of constants) expect(PLACES[name], `${name}`).toBe(place);
		const read = [...text.matchAll(/hyper\[(\w+)\]/g)].map(([, index]) => index).filter((index) => index !== 'lane');
		for (const index of read) expect(Object.keys(PLACES)).toContain(index);
	});
});
