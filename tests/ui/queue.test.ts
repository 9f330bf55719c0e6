import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../src/experiment/fields';
import type { RunInfo } from '../../src/experiment/records/run';
import type { Experiment } from '../../src/experiment/types';
import { formChanged, newRuns } from '../../src/ui/transport/queue';
import { infos } from './invented';

const form = (changes: Partial<Experiment> = {}): Experiment => ({ ...defaultExperiment(), methods: ['vanilla', 'svformer'], ...changes });
const fork = (info: RunInfo): RunInfo => ({ ...info, id: 'fork', fork: { from: info.id, step: 5, change: { learningRate: 0.01 } } });

describe('runs that Add would train', () => {
	it('are those of the form that do not exist yet, by method, seed and every other field', () => {
		const there = infos(form());
		expect(newRuns(form(), there)).toBe(0);
		expect(newRuns(form({ seeds: [1, 2, 3] }), there)).toBe(4);
		expect(newRuns(form({ learningRate: 0.01 }), there)).toBe(2);
		expect(newRuns(form(), there.slice(1))).toBe(1);
	});

	it('include a run even if a fork trains the same experiment', () => {
		const changed = form({ learningRate: 0.01 });
		expect(newRuns(changed, [...infos(form()), ...infos(changed).map(fork)])).toBe(2);
	});

	it('distinguish texts that are too long for a link', () => {
		const own = (text: string) => form({ task: 'own-text', text: text.repeat(4000) });
		expect(newRuns(own('ab'), infos(own('ac')))).toBe(2);
	});
});

describe('the form has changed', () => {
	it('if it is neither the experiment that was started nor exactly the existing runs', () => {
		const wider = form({ seeds: [1, 2] });
		expect(formChanged(form(), null, [])).toBe(false);
		expect(formChanged(form(), form(), infos(form()))).toBe(false);
		expect(formChanged(wider, form(), infos(form()))).toBe(true);
		expect(formChanged(wider, form(), infos(wider))).toBe(false);
		expect(formChanged(form({ methods: ['vanilla'] }), form(), infos(form()))).toBe(true);
	});

	it('but not if a run was removed or forked', () => {
		const there = infos(form());
		expect(formChanged(form(), form(), there.slice(1))).toBe(false);
		const wider = form({ seeds: [1, 2] });
		expect(formChanged(wider, form(), [...infos(wider), fork(there[0])])).toBe(false);
	});
});
