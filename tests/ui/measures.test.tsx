// @vitest-environment happy-dom
import { screen, within } from '@testing-library/react';
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MEASURE_KEYS } from '../../src/experiment/measures';
import { uniformAlpha, uniformEntropy, uniformSinkAttention } from '../../src/experiment/measures/uniformAttention';
import { layerLines, layerModes, layerRange } from '../../src/ui/charts/layerData';
import { comparisons } from '../../src/ui/measures/comparison';
import { bySubject, inOrder, layersInBrief, measureText, runsTableMeasures } from '../../src/ui/measures/measureText';
import { type Column, columnsOf, groupText } from '../../src/ui/runs/columns';
import { methodStyle } from '../../src/ui/theme/methodStyle';
import { closeApp, openApp, prepare, region, type TestPage } from './render';
import { view } from './views';

it('the reference of entropy is that of docs/METHODS.md section 3 at three lengths', () => {
	expect([64, 128, 256].map((length) => uniformEntropy(length).toFixed(3))).toEqual(['3.754', '4.439', '5.127']);
});

it('the references of sinks are those of maps in which every query attends evenly', () => {
	for (const length of [5, 64]) {
		const rows = Array.from({ length }, (_, i) => Array.from({ length: i + 1 }, () => 1 / (i + 1)));
		const alphas = rows.map((_, k) => rows.slice(k).reduce((sum, row) => sum + row[k], 0) / (length - k));
		expect(uniformAlpha(length)).toBeCloseTo(Math.max(...alphas), 12);
		expect(uniformSinkAttention(length)).toBeCloseTo(rows.slice(1).reduce((sum, row) => sum + row[0], 0) / (length - 1), 12);
	}
	expect(uniformSinkAttention(64).toFixed(4)).toBe('0.0594');
});

describe('text of measures', () => {
	it('every measure of the analysis has a line and a formula', () => {
		for (const key of [...MEASURE_KEYS, 'λ₁', 'λ on V₂', 'α on X₀'])
			expect([key, measureText(key).help, measureText(key).formula]).toEqual([key, expect.stringMatching(/\.$/), expect.any(String)]);
	});

	it('have a fixed order: weights last, followed only by unknown ones', () => {
		expect(inOrder(['zeal', 'λ₁', 'peak', 'entropy', 'constructor'])).toEqual(['entropy', 'peak', 'λ₁', 'zeal', 'constructor']);
	});

	it('are listed by what they measure, each in one list only', () => {
		expect(bySubject(['λ₁', 'zeal', 'peak', 'drain', 'sinkRate', 'entropy'])).toEqual([
			['Attention', ['entropy', 'sinkRate']],
			['Values', ['drain']],
			['Residual stream', ['peak']],
			['Weights of the method', ['λ₁']],
			['Other', ['zeal']],
		]);
		expect(bySubject(MEASURE_KEYS).flatMap(([, keys]) => keys)).toEqual(MEASURE_KEYS);
	});

	it('the table has the measures of the whole model and the main ones per layer', () => {
		const keys = new Map([
			['validationLoss', false],
			['accuracy', false],
			['maxAlpha', true],
			['drain', true],
			['secondShowingLoss', false],
		]);
		expect(runsTableMeasures(keys)).toEqual(['validationLoss', 'accuracy', 'drain']);
	});

	it('many layers are shown as a range, without layers that lack the measure', () => {
		expect(layersInBrief([0.1, 0.25], String)).toBe('0.1  0.25');
		expect(layersInBrief([0.3, Number.NaN, 0.1, 0.2], String)).toBe('0.1 to 0.3');
		expect(layersInBrief([Number.NaN], String)).toBe('–');
	});
});

describe('seeds in two camps', () => {
	const sinks = [0.02, 0.9, 0.04, 0.97, 0.03];
	const runs = sinks.map((sink, i) => view('vanilla', i + 1, [4, 3], { 2: { sinkAttention: [0.1, sink], validationLoss: 1.9 + i / 100 } }));

	it('are counted next to the mean, in the answer’s numbers, in the charts of layers and in the rows of a group', () => {
		const task = { ...runs[0].info.experiment, task: 'backcopy' as const, layers: 2 };
		const of = runs.map((run) => ({ ...run, info: { ...run.info, experiment: task } }));
		const [sink, loss] = comparisons(task, of, null);
		expect(sink.values[0].modes).toEqual({ n: 5, above: 2, threshold: 0.5 });
		expect(loss.values[0].modes).toBeNull();

		const [, second] = layerLines(runs, 'sinkAttention', 2);
		expect(layerModes(second[0], 'sinkAttention', null)).toEqual({ n: 5, above: 2, threshold: 0.5 });
		expect(layerModes(second[0], 'sinkAttention', 1)).toBeNull();

		const columns = columnsOf(['sinkAttention', 'validationLoss'], false);
		const rows = runs.map((run) => ({ run, difference: '', baseline: false, critical: null, reference: null, parent: '' }));
		const text = (id: string) => groupText(columns.find((column) => column.id === id) as Column, rows);
		expect(text('sinkAttention')).toBe('25 % ± 25 %, 2 of 5 seeds above 30 %');
		expect(text('validationLoss')).toBe('1.920 ± 0.016');
	});
});

describe('axes of layers', () => {
	const lines = (...values: number[]) => [
		[
			{
				group: 'a',
				label: 'a',
				style: methodStyle('vanilla'),
				steps: values.map((_, step) => step),
				values,
				seeds: values.map((value) => [value]),
			},
		],
	];

	it('include values below 0, and the reference', () => {
		expect(layerRange(lines(-2, 3), true, [])).toEqual({ bottom: -2, top: 3, end: 1 });
		expect(layerRange(lines(0.2, 0.5), true, [1])).toEqual({ bottom: 0, top: 1, end: 1 });
		expect(layerRange(lines(3, 3.5), false, [3.754])).toEqual({ bottom: expect.closeTo(2.94, 2), top: 3.754, end: 1 });
	});

	it('are valid for no value, and for one value below 0', () => {
		expect(layerRange([], true, []).top).toBe(1);
		const { bottom, top } = layerRange(lines(-1), true, []);
		expect(top).toBeGreaterThan(bottom);
	});
});

/** The text that describes an element to a screen reader. */
const descriptionOf = (element: Element) =>
	(element.getAttribute('aria-describedby') ?? '')
		.split(' ')
		.map((id) => document.getElementById(id)?.textContent)
		.join(' ');

/** The open tooltip, which screen readers get as a description instead. */
const tip = () => document.querySelector('.tip')?.textContent ?? '';

describe('on the page', () => {
	let page: TestPage;
	beforeEach(async () => {
		prepare();
		page = await openApp();
	});
	afterEach(closeApp);

	it('any measure of a layer can be shown, entropy with its reference, and the table has accuracy', async () => {
		await page.train('vanilla', 'resformer:learnable');
		await page.measure('vanilla-1', 20, {
			validationLoss: 1.5,
			accuracy: 0.5,
			sinkAttention: [0.1, 0.2],
			entropy: [3, 3.1],
			'λ₁': [0, 0.5],
		});
		const select = screen.getByLabelText<HTMLSelectElement>('Measurement by layer');
		expect([...select.options].map(({ value }) => value)).toEqual(['sinkAttention', 'entropy', 'λ₁']);
		await page.pick(select, 'entropy');
		expect(screen.getByText(/uniform causal attention: 3\.754/)).toBeTruthy();
		expect(descriptionOf(select)).toContain('E = −Σ p ln p');
		await act(async () => select.blur());
		await act(async () => select.focus());
		expect(tip()).toContain('lower is more concentrated');
		const [head, row] = within(region('Runs').getByRole('table')).getAllByRole('row');
		expect(head.textContent).toMatch(/Accuracy.*Entropy/);
		expect(row.textContent).toContain('50 %');
		expect(head.textContent).not.toContain('λ');
	});

	it('methods are grouped, and the chosen ones show their costs', async () => {
		const id = page.port.of('estimate').at(-1)?.id as number;
		const method = {
			method: 'svformer',
			label: 'SVFormer',
			parameters: 212_096,
			kvCacheBytesPerToken: 1280,
			flopsPerToken: 4.3e5,
			gpuBytes: 1,
		};
		await act(async () =>
			page.port.say({
				type: 'answer',
				id,
				request: 'estimate',
				answer: { methods: [method], gpuBytes: 1, seconds: 125, vocabularySize: 89, problems: [] },
			}),
		);
		await page.settle();
		expect(screen.getByText('212 k parameters · 1 B on the GPU for 3 runs · about 2 min ·')).toBeTruthy();
		const form = screen.getByRole('group', { name: 'Methods' });
		expect([...form.querySelectorAll('details > summary')].map((summary) => summary.textContent).slice(0, 6)).toEqual([
			'ResFormer: values mixed with layer 1’s',
			'Other values',
			'Shared keys and values',
			'Depth',
			'Other residuals',
			'Attention: gates, sinks, norms',
		]);
		expect(screen.getByText('212 k params · 1,280 B KV · 430 kFLOP')).toBeTruthy();
	});

	it('the paper’s name of gqa:2 follows the number of heads', async () => {
		const formula = () => descriptionOf(screen.getByRole('checkbox', { name: /^GQA/ }));
		expect(formula()).toContain('G = 2, H = 4: the paper’s GQA2, which counts query heads per KV head');
		await page.write('Heads', '8');
		expect(formula()).toContain('H = 8: the paper’s GQA4,');
		await page.write('Heads', '2');
		expect(formula()).not.toContain('paper');
	});

	it('the message for an experiment that is too large uses the form’s labels', async () => {
		const id = page.port.of('estimate').at(-1)?.id as number;
		const message = 'Vanilla: matmul takes 4096.0 MiB, but this device binds at most 128 MiB: lower batchSize, sequenceLength or the width';
		const estimate = { methods: [], gpuBytes: 0, seconds: null, vocabularySize: 89, problems: [{ field: 'batchSize', message }] };
		await act(async () => page.port.say({ type: 'answer', id, request: 'estimate', answer: estimate }));
		await page.settle();
		expect(screen.getByText(/at most 128 MiB: lower batch size, sequence length or the width\.$/)).toBeTruthy();
	});

	it('a sink and its mark are explained to the keyboard too, with its formula', async () => {
		const term = screen.getByRole('button', { name: 'sink' });
		await act(async () => term.focus());
		expect(tip()).toMatch(/α₁ = .* > 0\.3/);
		expect(descriptionOf(term)).toContain('more than 30 % of its attention');
	});

	it('gates, sinks, norms and value embeddings are offered, and combine by +', async () => {
		for (const name of ['Gate per head', 'Learned sink logit', 'QK norm', 'Value embedding', 'SkipV1Former'])
			expect(screen.getByRole('checkbox', { name })).toBeTruthy();
		await page.write('Name of a method', 'resformer+sink:learned+gate:head');
		await page.press('Add');
		expect(screen.getByRole('checkbox', { name: 'ResFormer identity + Learned sink logit + Gate per head' })).toBeTruthy();
	});

	it('a combination without a formula is refused with the experiment’s message', async () => {
		await page.write('Name of a method', 'svformer+cla:2');
		await page.press('Add');
		expect(screen.getByRole('alert').textContent).toContain('`svformer+cla:2` has no defined formula');
		expect(screen.getByRole('alert').textContent).toMatch(
			/formula: a layer that reads the keys and values of another has no values of its own to mix\.$/,
		);
		await page.write('Name of a method', 'svformer+gqa:2');
		await page.press('Add');
		expect(screen.getByRole('checkbox', { name: /^SVFormer \+ GQA \(2 KV heads\)/ })).toBeTruthy();
	});
});
