// @vitest-environment happy-dom
import { act, screen, within } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeLink } from '../../src/experiment/link';
import type { Experiment } from '../../src/experiment/types';
import type { Event } from '../../src/session/client/protocol';
import { stepsEvent } from '../session/client/fakePort';
import { infos } from './invented';
import { closeApp, openApp, prepare, region, type TestPage } from './render';

let page: TestPage;
const dialog = () => within(screen.getByRole('dialog', { name: 'Sweep' }));
const linked = (): Experiment => decodeLink(location.hash).experiment;
const points = () => linked().sweep;

// The first import takes seconds on a busy machine.
beforeAll(async () => {
	await import('../../src/ui/charts/LossChart');
	await import('../../src/ui/charts/sweep/SweepPanel');
	await import('../../src/ui/charts/sweep/sweepCsv');
}, 60_000);
beforeEach(() => {
	prepare();
	// happy-dom has no layout: every chart gets this size.
	vi.stubGlobal(
		'ResizeObserver',
		class {
			constructor(private readonly changed: (entries: { contentRect: { width: number; height: number } }[]) => void) {}
			observe() {
				this.changed([{ contentRect: { width: 700, height: 220 } }]);
			}
			unobserve() {}
			disconnect() {}
		},
	);
});
afterEach(closeApp);

/** Opens the builder with the button beside a field. */
async function build(field: string, hash?: string): Promise<void> {
	page = await openApp(hash);
	await page.press(`Sweep ${field}`);
}

describe('the builder', () => {
	it('sweeps the sequence length with the tokens of a step fixed, and counts the runs', async () => {
		await build('Sequence length');
		await page.write(dialog().getByLabelText('Add values of Sequence length'), '32, 128');
		await page.press(dialog().getByRole('button', { name: 'Add' }));
		expect(dialog().getByRole('status').textContent).toBe('3 points × 3 methods × 1 seed = 9 runs of at most 300.');
		expect(points()).toEqual([
			{ batchSize: 32, sequenceLength: 32 },
			{ batchSize: 16, sequenceLength: 64 },
			{ batchSize: 8, sequenceLength: 128 },
		]);
		await page.press(dialog().getByRole('checkbox', { name: /batch size, so that a step keeps 1,024 tokens/ }));
		expect(points()).toEqual([{ sequenceLength: 32 }, { sequenceLength: 64 }, { sequenceLength: 128 }]);
	});

	it('names the field and its limits if a value is refused, and keeps the last sweep that was right', async () => {
		await build('Sequence length');
		await page.write(dialog().getByLabelText('Add values of Sequence length'), '48');
		await page.press(dialog().getByRole('button', { name: 'Add' }));
		expect(dialog().getByRole('alert').textContent).toBe(
			'Sequence length 48 does not divide the 1,024 tokens of a step: batch size must be a whole number from 1 to 1024.',
		);
		expect(points()).toBeUndefined();
		await page.press(dialog().getByRole('button', { name: 'Remove 48' }));
		await page.write(dialog().getByLabelText('Add values of Sequence length'), '1');
		await page.press(dialog().getByRole('button', { name: 'Add' }));
		expect(dialog().getByRole('alert').textContent).toBe('Sequence length must be a whole number from 2 to 2048, not 1.');
	});

	it('refuses more than 300 runs', async () => {
		await build('Steps', '#seeds=1,2,3,4,5&v=1');
		await page.press(dialog().getByRole('checkbox', { name: /so that Σ learning rate stays/ }));
		await page.write(dialog().getByLabelText('from'), '100');
		await page.write(dialog().getByLabelText('to'), '400');
		await page.write(dialog().getByLabelText('Number of values'), '21');
		await page.press(dialog().getByRole('button', { name: 'Fill' }));
		expect(dialog().getByRole('alert').textContent).toContain('315 runs; at most 300');
	});

	it('changes the learning rate with the steps, so that its sum stays', async () => {
		await build('Steps');
		await page.write(dialog().getByLabelText('Add values of Steps'), '200');
		await page.press(dialog().getByRole('button', { name: 'Add' }));
		const [half, whole] = points() ?? [];
		expect(whole).toMatchObject({ steps: 400, learningRate: 0.003 });
		expect(half?.learningRate).toBeGreaterThan(0.006);
	});

	it('makes a grid of two fields, and one layer at a time', async () => {
		await build('Learning rate');
		await page.write(dialog().getByLabelText('Add values of Learning rate'), '0.001');
		await page.press(dialog().getByRole('button', { name: 'Add' }));
		await page.press(dialog().getByRole('radio', { name: 'Two fields' }));
		await page.write(dialog().getByLabelText('Add values of Steps'), '200');
		await page.press(dialog().getAllByRole('button', { name: 'Add' })[1]);
		expect(points()).toHaveLength(4);
		await page.press(dialog().getByRole('radio', { name: 'One layer at a time' }));
		expect(points()?.map(({ methods }) => methods?.[1])).toEqual([2, 3, 4].map((layer) => `resformer:sparse(layers=${layer})`));
	});

	it('sweeps a λ of a method beside Vanilla, and opens again with its values', async () => {
		page = await openApp();
		await page.press('Sweep methods or λ');
		await page.press(dialog().getByRole('radio', { name: 'λ of a method' }));
		const lambda = dialog().getByRole('combobox', { name: 'λ' });
		await page.pick(lambda, 'λ₁ of ResFormer constant (weight of V₁)');
		await page.write(dialog().getByLabelText(/^Add values of λ₁ of ResFormer constant/), '0.5, 5, −1');
		await page.press(dialog().getByRole('button', { name: 'Add' }));
		expect(points()?.map(({ methods }) => methods)).toEqual(
			['(-1;1)', '(0.5;1)', '', '(5;1)'].map((parameters) => ['vanilla', `resformer:constant${parameters}`]),
		);
		await page.write(dialog().getByLabelText(/^Add values of λ₁/), '101');
		await page.press(dialog().getByRole('button', { name: 'Add' }));
		expect(dialog().getByRole('alert').textContent).toBe('λ must be a number from -100 to 100, not 101.');
		await page.press(dialog().getByRole('button', { name: 'Done' }));
		await page.press(within(screen.getByRole('group', { name: 'Sweep' })).getByRole('button', { name: 'Edit' }));
		const chips = within(dialog().getByRole('list', { name: /^Values of λ₁ of ResFormer constant/ })).getAllByRole('listitem');
		expect(chips.map((chip) => chip.textContent)).toEqual(['-1×', '0.5×', '2×', '5×']);
	});

	it('sweeps lists of methods, listed or by name', async () => {
		page = await openApp();
		await page.press('Sweep methods or λ');
		await page.press(dialog().getByRole('button', { name: 'Add to point 1' }));
		expect(points()).toEqual([{ methods: ['vanilla', 'resformer', 'resformer:constant'] }, { methods: ['vanilla', 'svformer'] }]);
		await page.press(dialog().getByRole('button', { name: 'Remove Vanilla from point 2' }));
		await page.press(dialog().getByRole('button', { name: 'Add a point' }));
		await page.pick(dialog().getByRole('combobox', { name: 'Method for point 3' }), 'Another, by name');
		await page.write(dialog().getByRole('textbox', { name: 'Name of a method for point 3' }), 'resformr');
		await page.press(dialog().getByRole('button', { name: 'Add to point 3' }));
		expect(dialog().getByRole('alert').textContent).toContain('did you mean');
		await page.write(dialog().getByRole('textbox', { name: 'Name of a method for point 3' }), 'resformer:sparse(layers=3)');
		await page.press(dialog().getByRole('button', { name: 'Add to point 3' }));
		await page.press(dialog().getByRole('button', { name: 'Remove point 1' }));
		expect(points()).toEqual([{ methods: ['svformer'] }, { methods: ['resformer:sparse', 'resformer:sparse(layers=3)'] }]);
		await page.press(dialog().getByRole('button', { name: 'Remove SVFormer from point 1' }));
		expect(dialog().getByRole('alert').textContent).toBe('Point 1 has no method: add one, or remove the point.');
		expect(points()).toHaveLength(2);
	});

	it('shows the values in the form, and its removal restores the plain form', async () => {
		page = await openApp('#sweep=layers/2/4/6&v=1');
		const form = screen.getByRole('button', { name: 'Layers' });
		expect(form.textContent).toBe('2, 4, 6');
		expect(screen.getByRole('group', { name: 'Sweep' }).textContent).toContain('3 points, 9 runs of at most 300');
		await page.press(form);
		expect(
			within(dialog().getByRole('list', { name: 'Values of Layers' }))
				.getAllByRole('listitem')
				.map((chip) => chip.textContent),
		).toEqual(['2×', '4×', '6×']);
		await page.press(dialog().getByRole('button', { name: 'Remove the sweep' }));
		expect(screen.queryByRole('dialog', { name: 'Sweep' })).toBeNull();
		expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Layers' }).value).toBe('4');
		expect(location.hash).toBe('#v=1');
	});

	it('says in the form what is wrong with a sweep once the form changes around it', async () => {
		page = await openApp('#sweep=heads/4/8&v=1');
		await page.write('Hidden size', '72');
		expect(screen.getByRole('group', { name: 'Sweep' }).textContent).toContain('Point 2 of the sweep: 8 heads');
		expect(screen.getByRole('button', { name: 'Train' }).getAttribute('aria-disabled')).toBe('true');
	});
});

/** A page whose runs of this sweep have all finished; `loss` of a run's method and point. */
async function trained(hash: string, loss: (method: string, point: number, seed: number) => number): Promise<void> {
	page = await openApp(hash);
	await page.press('Train');
	const runs = infos(linked());
	const events: Event[] = runs.flatMap((run): Event[] => [
		stepsEvent(run.id, 0, new Array(20).fill(3)),
		{ type: 'finished', run: run.id, steps: 20, metrics: { validationLoss: loss(run.method, run.point, run.seed) } },
	]);
	await page.say({ type: 'runs', runs }, { type: 'state', state: 'running' }, ...events, { type: 'state', state: 'finished' });
	for (let i = 0; i < 5; i++) await act(async () => void (await vi.advanceTimersByTimeAsync(100)));
}

const LENGTHS = '#methods=vanilla,svformer&seeds=1,2&steps=20&warmupSteps=2&sweep=sequenceLength~batchSize/32~32/64~16&v=1';
const ahead = (method: string, point: number, seed: number) =>
	2 + seed / 100 - (method === 'svformer' && point === 0 ? 0.2 + seed / 1000 : 0);
const sweep = () => region('Sweep');

describe('the sweep’s panel', () => {
	it('reports progress, the lines, and where which method is ahead', async () => {
		await trained(LENGTHS, ahead);
		expect(sweep().getByRole('status').textContent).toBe('8 runs, all finished');
		const chart = sweep().getByRole('application', { name: 'Validation loss over Sequence length' });
		expect(chart.querySelectorAll('.recharts-line-curve')).toHaveLength(2);
		const key = within(sweep().getByRole('region', { name: 'Lines of the sweep and their differences' }));
		expect(key.getByText(/is below Vanilla at 32 \(separated, 2 seeds\)/).textContent).toContain('not separated at 64 (2 seeds)');
	});

	it('joins choices, which have no order, by no line', async () => {
		await trained(LENGTHS.replace(/sweep=.*&v/, 'sweep=optimizer/adamw/sgd&v'), ahead);
		const chart = sweep().getByRole('application', { name: 'Validation loss over Optimiser' });
		expect(chart.querySelectorAll('.sweep-runs')).toHaveLength(2);
		expect(chart.querySelectorAll('.recharts-line-curve')).toHaveLength(0);
		expect(sweep().getByText(/^Mark: mean over seeds/)).toBeTruthy();
	});

	it('opens a run’s curves with its baseline from the chart, by keys', async () => {
		await trained(LENGTHS, ahead);
		const chart = sweep().getByRole('application');
		await page.keys(chart, '{Home}');
		expect(sweep().getAllByRole('status').at(-1)?.textContent).toContain('SVFormer, sequence length 32, batch size 32, seed 1: 1.809');
		await page.keys(chart, '{Enter}');
		const visible = page.client.store.getSnapshot().runs.filter((run) => run.visible);
		expect(visible.map(({ info }) => [info.method, info.point, info.seed])).toEqual([
			['vanilla', 0, 1],
			['svformer', 0, 1],
		]);
		expect(document.activeElement?.getAttribute('aria-roledescription')).toBe('chart');
		await page.press('Show all curves');
		expect(page.client.store.getSnapshot().runs.every((run) => run.visible)).toBe(true);
	});

	it('shows the curves of a few of many points at first, says which, and shows all on demand', async () => {
		const rates = Array.from({ length: 20 }, (_, i) => (i + 1) / 1000);
		await trained(`#methods=vanilla,svformer&seeds=1,2&steps=20&warmupSteps=2&sweep=learningRate/${rates.join('/')}&v=1`, ahead);
		expect(sweep().getByText(/^Curves below/).textContent).toBe(
			'Curves below: 6 of 20 points (all methods and seeds): learning rate 0.001, 0.005, 0.009, 0.012, 0.016 and 0.02Show all curves',
		);
		const visible = () => page.client.store.getSnapshot().runs.filter((run) => run.visible);
		expect(visible()).toHaveLength(24);
		await page.press('Show all curves');
		expect(visible()).toHaveLength(80);
		expect(sweep().queryByText(/^Curves below/)).toBeNull();
	});

	it('has a table with every point and method, whose buttons open curves', async () => {
		await trained(LENGTHS, ahead);
		await page.press(sweep().getByRole('radio', { name: 'Table' }));
		const rows = within(sweep().getByRole('table')).getAllByRole('row');
		expect(rows).toHaveLength(5);
		expect(rows[2].textContent).toMatch(/SVFormer.*32.*32.*1\.81\d ± .*−0\.20\d ± 0\.\d+, separated \(2 seeds\).*never ahead \(2 seeds\)/);
		await page.press(sweep().getByRole('button', { name: 'Curves of SVFormer, seed 2, point 2' }));
		const visible = page.client.store.getSnapshot().runs.filter((run) => run.visible);
		expect(visible.map(({ info }) => [info.method, info.point, info.seed])).toEqual([
			['vanilla', 1, 2],
			['svformer', 1, 2],
		]);
	});

	it('draws a heat map of two fields, and differences from the baseline', async () => {
		await trained(
			'#methods=vanilla,svformer&seeds=1&steps=20&warmupSteps=2&sweep=learningRate~layers/0.001~2/0.001~3/0.002~2/0.002~3&v=1',
			ahead,
		);
		await page.press(sweep().getByRole('radio', { name: 'Heat map' }));
		await page.press(sweep().getByRole('checkbox', { name: 'minus Vanilla’s' }));
		const cells = within(sweep().getByRole('table')).getAllByRole('button');
		expect(cells.map((cell) => cell.textContent)).toEqual(['−0.201', '+0.000', '+0.000', '+0.000']);
	});

	it('shows what has finished while the others train', async () => {
		await trained(LENGTHS, ahead);
		const runs = infos(linked());
		await page.say({ type: 'runs', runs: [...runs, { ...runs[0], id: 'late', seed: 3 }] });
		expect(sweep().getByRole('status').textContent).toBe('8 of 9 runs finished');
	});

	it('saves its runs as CSV', async () => {
		await trained(LENGTHS, ahead);
		const saved: Blob[] = [];
		vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
			saved.push(blob as Blob);
			return 'blob:';
		});
		await page.press(sweep().getByRole('button', { name: 'CSV of the sweep' }));
		await page.press(screen.getByRole('menuitem', { name: 'Runs of the sweep as CSV' }));
		for (let i = 0; i < 5; i++) await act(async () => void (await vi.advanceTimersByTimeAsync(1)));
		const text = await saved[0].text();
		expect(text.trimEnd().split('\r\n')).toHaveLength(9);
	});
});
