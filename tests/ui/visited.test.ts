// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultExperiment } from '../../src/experiment/fields';
import type { Experiment } from '../../src/experiment/types';
import { Visited } from '../../src/ui/form/visited';

const of = (change: Partial<Experiment>): Experiment => ({ ...defaultExperiment(), ...change });

describe('the browser’s history of the form', () => {
	const push = vi.spyOn(history, 'pushState');
	let visited: Visited;
	beforeEach(() => {
		history.replaceState(null, '', '/');
		push.mockClear();
		visited = new Visited();
	});

	it('has one step per change, but one for all the digits of a number', () => {
		visited.write(of({}), '#v=1', 0);
		expect(push).toHaveBeenCalledTimes(0);
		visited.write(of({ steps: 1 }), '#steps=1&v=1', 1000);
		visited.write(of({ steps: 12 }), '#steps=12&v=1', 1300);
		visited.write(of({ steps: 120 }), '#steps=120&v=1', 1600);
		expect(push).toHaveBeenCalledTimes(1);
		expect(location.hash).toBe('#steps=120&v=1');
		visited.write(of({ steps: 120, layers: 3 }), '#layers=3&steps=120&v=1', 1700);
		visited.write(of({ steps: 120, layers: 4 }), '#layers=4&steps=120&v=1', 9000);
		expect(push).toHaveBeenCalledTimes(3);
	});

	it('keeps texts that no link holds, and knows nothing of entries that other pages made', () => {
		const long = of({ task: 'own-text', text: 'abcdefgh'.repeat(4000) });
		visited.write(of({}), '#v=1', 0);
		visited.write(long, '#task=own-text&v=1', 5000);
		expect(visited.present()).toBe(long);
		history.replaceState({ experiment: 'x' }, '', '#v=1');
		expect(visited.present()).toBeNull();
	});
});
