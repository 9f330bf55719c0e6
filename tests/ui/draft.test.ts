import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../src/experiment/fields';
import { findPreset } from '../../src/experiment/presets';
import { draftOf, picked, typed } from '../../src/ui/shared/draft';

const fresh = () => draftOf(defaultExperiment());

describe('the form', () => {
	it('accepts typed values', () => {
		const draft = typed(typed(fresh(), 'layers', '6'), 'learningRate', '1e-3');
		expect(draft.experiment).toMatchObject({ layers: 6, learningRate: 0.001 });
		expect(draft.errors).toEqual({});
	});

	it('keeps a bad value as typed, shows the limits next to it, and trains the last good one', () => {
		const draft = typed(fresh(), 'layers', '99');
		expect(draft.texts.layers).toBe('99');
		expect(draft.errors.layers).toMatch(/^Layers must be a whole number from 1 to 32/);
		expect(draft.experiment.layers).toBe(4);
	});

	it('accepts other fields while one is wrong', () => {
		const draft = typed(typed(fresh(), 'layers', 'four'), 'steps', '200');
		expect(Object.keys(draft.errors)).toEqual(['layers']);
		expect(draft.experiment.steps).toBe(200);
		expect(typed(draft, 'layers', '5').experiment).toMatchObject({ layers: 5, steps: 200 });
	});

	it('marks fields that do not fit together', () => {
		const draft = typed(fresh(), 'heads', '5');
		expect(draft.errors.heads).toContain('64');
		expect(typed(draft, 'hiddenSize', '80').errors).toEqual({});
	});

	it('lets the warm-up at its default follow the steps, and leaves a typed one alone', () => {
		expect(typed(fresh(), 'steps', '20').experiment).toMatchObject({ steps: 20, warmupSteps: 20 });
		expect(typed(typed(fresh(), 'steps', '20'), 'steps', '200').experiment.warmupSteps).toBe(40);
		const chosen = typed(typed(fresh(), 'warmupSteps', '30'), 'steps', '20');
		expect(chosen.texts.warmupSteps).toBe('30');
		expect(chosen.errors.warmupSteps).toBeDefined();
	});

	it('reads seeds however they are separated, and an empty KV field as the number of heads', () => {
		expect(typed(fresh(), 'seeds', ' 1 2,3; 4').experiment.seeds).toEqual([1, 2, 3, 4]);
		expect(typed(fresh(), 'seeds', '').errors.seeds).toBeDefined();
		expect(typed(typed(fresh(), 'kvHeads', '2'), 'kvHeads', '').experiment.kvHeads).toBeNull();
	});

	it('keeps an empty choice of methods, and asks for one', () => {
		const draft = picked(fresh(), 'methods', []);
		expect(draft.picks.methods).toEqual([]);
		expect(draft.errors.methods).toBe('Choose at least one method.');
		expect(draft.experiment.methods).toEqual(defaultExperiment().methods);
		expect(picked(draft, 'methods', ['svformer']).experiment.methods).toEqual(['svformer']);
	});

	it('drops what only another optimiser uses, and keeps the typed text', () => {
		const sgd = typed(picked(fresh(), 'optimizer', 'sgd'), 'momentum', '0.5');
		expect(sgd.experiment).toMatchObject({ optimizer: 'sgd', momentum: 0.5 });
		const wrong = picked(typed(sgd, 'momentum', '7'), 'optimizer', 'muon');
		expect(wrong.errors).toEqual({});
		expect(picked(sgd, 'optimizer', 'adamw').experiment).toEqual(defaultExperiment());
		expect(picked(picked(sgd, 'optimizer', 'muon'), 'optimizer', 'sgd').experiment.momentum).toBe(0.5);
	});

	it('drops trigger characters only for tasks without them, and keeps the typed text', () => {
		const backcopy = typed(draftOf(findPreset('backcopy')?.experiment ?? defaultExperiment()), 'triggerCharacters', 'ab');
		expect(backcopy.experiment.triggerCharacters).toBe('ab');
		const text = picked(backcopy, 'task', 'text');
		expect(text.errors).toEqual({});
		expect(text.experiment.triggerCharacters).toBe('');
		expect(picked(text, 'task', 'backcopy').experiment.triggerCharacters).toBe('ab');
	});
});
