// @vitest-environment happy-dom
import { screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StepTimes } from '../../src/experiment/records/stepReport';
import { kernelRecord, partsOf, predictionText, progressShare, stepSentence } from '../../src/ui/profile/stepText';
import { stepReportOf, TILES } from './inventedStep';
import { closeApp, openApp, prepare, type TestPage } from './render';

const { times } = stepReportOf('vanilla');

describe('a step in words', () => {
	it('divides the whole time among products, attention, other kernels and waiting', () => {
		// Of 1,500 µs: 800 − 40 · 5, 460 − 12 · 5, 180 − 20 · 5, and the rest.
		expect(partsOf(times).map(({ part, share }) => [part, Math.round(share * 1500)])).toEqual([
			['product', 600],
			['waiting', 420],
			['attention', 400],
			['other', 80],
		]);
		expect(stepSentence('Vanilla', times)).toBe(
			'A step of Vanilla takes 1.5 ms: 40 % products, 28 % dispatches that start or wait, 27 % attention and 5.3 % other kernels.',
		);
	});

	it('gives shares of 1 also where kernels one by one take longer than the step, or less than a start', () => {
		const share = (changed: Partial<StepTimes>) => partsOf({ ...times, ...changed }).map(({ share }) => share);
		for (const changed of [{ stepMs: 0.9 }, { peaks: { ...times.peaks, dispatch: 1 } }]) {
			const shares = share(changed);
			expect(shares.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 3);
			expect(Math.min(...shares)).toBeGreaterThan(0);
		}
	});

	it('compares the prediction with the measurement', () => {
		expect(predictionText(times)).toBe('1.35 ms, 10 % less than measured');
		expect(predictionText({ ...times, predictedMs: 1.8 })).toBe('1.8 ms, 20 % more than measured');
		expect(predictionText({ ...times, predictedMs: 1.5 })).toBe('1.5 ms, as measured');
	});

	it('has progress that only grows', () => {
		const shares = [
			progressShare({ stage: 'waiting', done: 0, total: 0 }),
			progressShare({ stage: 'peaks', done: 0, total: 0 }),
			progressShare({ stage: 'compiling', done: 9, total: 10 }),
			progressShare({ stage: 'steps', done: 0, total: 0 }),
			progressShare({ stage: 'kernels', done: 1, total: 5 }),
			progressShare({ stage: 'kernels', done: 5, total: 5 }),
		];
		expect(shares).toEqual([...shares].sort((a, b) => a - b));
		expect(shares.at(-1)).toBe(1);
	});

	it('saves numbers with their units', () => {
		expect(kernelRecord(times.kernels[0])).toMatchObject({
			kernel: 'matmul_tiled',
			'time per step (µs)': 800,
			'time per dispatch (µs)': 20,
		});
	});
});

describe('where a step’s time goes', () => {
	let page: TestPage;
	const dialog = () => within(screen.getByRole('dialog'));
	const adapter = { name: 'Some GPU', vendor: 'some', architecture: '', software: false, kernels: 'plain' };
	const costs = { parameters: 1, kvCacheBytesPerToken: 1, flopsPerToken: 1, gpuBytes: 1 };
	const openPanel = async () => {
		page = await openApp('#methods=vanilla,svformer&v=1');
		const { id } = page.port.of('estimate').at(-1) as { id: number };
		const methods = [{ method: 'vanilla', label: 'Vanilla', ...costs }];
		const answer = { methods, gpuBytes: 1, seconds: 9, vocabularySize: 89, problems: [] };
		await page.say({ type: 'adapter', adapter }, { type: 'answer', id, request: 'estimate', answer });
		await page.press('Where a step’s time goes');
	};
	const lastRequest = () => page.port.of('profile').at(-1) as { id: number; method: string };
	const answer = (method = 'vanilla') =>
		page.say({ type: 'answer', id: lastRequest().id, request: 'profile', answer: stepReportOf(method) });

	beforeEach(prepare);
	afterEach(closeApp);

	it('opens from the cost, reports progress, and shows the sentence, the kernels, memory and estimates', async () => {
		await openPanel();
		expect(page.port.of('profile')).toEqual([]);
		await page.press('Measure');
		expect(lastRequest()).toMatchObject({ method: 'vanilla', experiment: { methods: ['vanilla', 'svformer'], layers: 4 } });
		await page.say({ type: 'progress', id: lastRequest().id, request: 'profile', progress: { stage: 'compiling', done: 3, total: 9 } });
		expect(dialog().getByRole('status').textContent).toBe('Compiling kernels: 3 of 9');
		expect(dialog().getByRole('progressbar').getAttribute('aria-valuenow')).toBe('47');
		await answer();
		expect(dialog().queryByRole('progressbar')).toBeNull();
		expect(dialog().getByRole('status').textContent).toContain('A step of Vanilla takes 1.5 ms: 40 % products');
		const [, first] = within(dialog().getByRole('region', { name: 'Kernels by time' })).getAllByRole('row');
		const cells = within(first).getAllByRole('cell');
		expect(cells.map(({ textContent }) => textContent)).toEqual(['', '800', '56 %', '40', '20', '1,280', '51.3', '14 %']);
		expect(dialog().getByRole('row', { name: /Together/ }).textContent).toContain('MiB');
		expect(dialog().getByRole('row', { name: /RTX 4090/ }).textContent).toContain('about 2.3 ms');
		expect(screen.getByRole('dialog').textContent).toContain('None of these GPUs has been timed.');
	});

	it('keeps a result per method, and when it is closed', async () => {
		await openPanel();
		await page.press('Measure');
		await answer();
		await page.pick('Method', 'svformer');
		expect(dialog().queryByText(/^A step of/)).toBeNull();
		await page.press('Measure');
		expect(lastRequest().method).toBe('svformer');
		await answer('svformer');
		expect(dialog().getByText(/^A step of SVFormer takes/)).toBeTruthy();
		await page.press('Close');
		expect(page.port.of('stopProfile')).toEqual([]);
		await page.press('Where a step’s time goes');
		expect(dialog().getByText(/^A step of Vanilla takes/)).toBeTruthy();
	});

	it('measures tiles only if that is ticked, and shows what was chosen and why', async () => {
		await openPanel();
		await page.press('Measure');
		expect(lastRequest()).toMatchObject({ tune: false });
		await answer();
		expect(dialog().queryByRole('region', { name: 'Tiles of products' })).toBeNull();
		await page.press(dialog().getByRole('checkbox', { name: 'Find the fastest tiles first' }));
		await page.press('Measure again');
		expect(lastRequest()).toMatchObject({ tune: true });
		await page.say({ type: 'answer', id: lastRequest().id, request: 'profile', answer: { ...stepReportOf('vanilla'), tiles: TILES } });
		const [, ...rows] = within(dialog().getByRole('region', { name: 'Tiles of products' })).getAllByRole('row');
		expect(
			rows.map((each) =>
				within(each)
					.getAllByRole('cell')
					.map(({ textContent }) => textContent),
			),
		).toEqual([
			['48', '6.1', '7.3', '64×64', 'faster than the rule’s'],
			['16', '15.6', '8.6', '32×32', 'rule: no other is 5 % faster'],
			['48', '–', '–', '32×32', 'no other tile fits'],
		]);
	});

	it('says why it failed, and can be tried again', async () => {
		await openPanel();
		await page.press('Measure');
		await page.say({ type: 'failed', id: lastRequest().id, message: 'the GPU was lost: reset' });
		expect(dialog().getByRole('alert').textContent).toBe('The step could not be measured: the GPU was lost: reset.');
		await page.press('Measure');
		expect(dialog().queryByRole('alert')).toBeNull();
		await answer();
		expect(dialog().getByText(/^A step of Vanilla takes/)).toBeTruthy();
	});

	it('is cancelled by its button and by closing, and ignores what the worker still reports', async () => {
		await openPanel();
		await page.press('Measure');
		const { id } = lastRequest();
		await page.press('Cancel');
		expect(page.port.of('stopProfile')).toHaveLength(1);
		await page.say({ type: 'answer', id, request: 'profile', answer: null });
		expect(dialog().queryByRole('alert')).toBeNull();
		await page.press('Measure');
		await page.press('Close');
		expect(page.port.of('stopProfile')).toHaveLength(2);
	});

	it('is saved as JSON', async () => {
		await openPanel();
		await page.press('Measure');
		await answer();
		const saved: Blob[] = [];
		vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
			saved.push(blob as Blob);
			return 'blob:';
		});
		await page.press(/^Save “Where a step’s time goes in Vanilla”/);
		await page.user.click(screen.getByRole('menuitem', { name: 'Save as JSON' }));
		expect(JSON.parse(await saved[0].text())).toMatchObject({ adapter, method: 'vanilla', cost: { dispatches: 72 } });
	});
});
