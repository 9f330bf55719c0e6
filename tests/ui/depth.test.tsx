// @vitest-environment happy-dom
import { screen, within } from '@testing-library/react';
import { act } from 'react';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { uniformTopImportance } from '../../src/experiment/measures/uniformAttention';
import { FrameRecorder } from '../../src/session/client/runs/frames';
import type { RunView } from '../../src/session/client/store/labSnapshot';
import { type GridColours, gridPixels, largest } from '../../src/ui/charts/depth/grid';
import { layerProfiles, measuredSteps, topMeasure, weightGrids } from '../../src/ui/charts/depth/layerProfiles';
import { positionGrids, probedSeeds, probedSteps } from '../../src/ui/charts/depth/positionGrids';
import { attentionColour, differenceColour, MAP_GROUND } from '../../src/ui/theme/attentionScale';
import { parseHex, type Rgb } from '../../src/ui/theme/colour';
import { runInfo } from '../session/client/fakePort';
import { panelUser } from './attentionPanelUser';
import { frameOf } from './invented';
import { closeApp, openApp, prepare } from './render';
import { view } from './views';

/** A run of the method with probes at these steps. */
function probed(method: string, seed: number, ...steps: number[]): RunView {
	const recorder = new FrameRecorder();
	const info = runInfo(method, seed, method);
	for (const step of steps) recorder.add(frameOf(info, step));
	const frames = recorder.view();
	return { ...view(method, seed, [4, 3]), info, frames, maps: frames.at(steps.length - 1) };
}

describe('maps of layers by position', () => {
	const runs = [probed('vanilla', 1, 0, 100, 200), probed('vanilla', 2, 0, 200), probed('svformer', 1, 0, 100, 200)];
	const { layers: L, heads: H, length: T } = frameOf(runs[0].info, 0);

	it('have the importance of each token in each layer, from the attention of all heads', () => {
		const grids = positionGrids(runs, 'importance', 1, null);
		expect(grids.map(({ group, seed, step, rows, columns }) => [group, seed, step, rows, columns])).toEqual([
			['vanilla', 1, 200, L, T],
			['svformer', 1, 200, L, T],
		]);
		const { probabilities } = frameOf(runs[2].info, 200);
		for (let layer = 0; layer < L; layer++) {
			const received = new Array(T).fill(0);
			for (let h = 0; h < H; h++)
				for (let i = 0; i < T; i++) for (let j = 0; j < T; j++) received[j] += probabilities[((layer * H + h) * T + i) * T + j];
			const total = received.reduce((a, b) => a + b);
			received.forEach((sum, j) => {
				expect(grids[1].values[layer * T + j]).toBeCloseTo(sum / total, 5);
			});
		}
	});

	it('have the norms of values, of the values that are read, and of hidden states as they were recorded', () => {
		const frame = frameOf(runs[0].info, 100);
		expect([...positionGrids(runs, 'value', 1, 100)[0].values]).toEqual([...frame.valueNorms]);
		expect([...positionGrids(runs, 'mixed', 1, 150)[0].values]).toEqual([...frame.mixedNorms]);
		expect([...positionGrids(runs, 'hidden', 1, 199)[0].values]).toEqual([...frame.hiddenNorms]);
	});

	it('are of the chosen seed, or else of a run with probes, and absent without probes', () => {
		expect(positionGrids(runs, 'value', 2, 0).map(({ group, seed }) => [group, seed])).toEqual([
			['vanilla', 2],
			['svformer', 1],
		]);
		expect(probedSeeds(runs)).toEqual([1, 2]);
		expect(probedSteps(runs)).toEqual([0, 100, 200]);
		expect(positionGrids([view('vanilla', 1, [4])], 'value', 1, null)).toEqual([]);
	});
});

describe('colours of a grid', () => {
	const grid = { rows: 2, columns: 4, values: Float32Array.from([0, 1, 2, 4, Number.NaN, 0, -4, 2]) };
	const colours: GridColours = { scale: 'linear', limit: 4, signed: true, shade: 'light' };
	const rgb = (word: number): Rgb => [word & 255, (word >> 8) & 255, (word >> 16) & 255];

	it('are those of the scale, with the background at 0 and where there is no number', () => {
		const pixels = [...gridPixels(grid, 4, colours)].map(rgb);
		const ground = parseHex(MAP_GROUND.light);
		expect(pixels).toEqual([
			ground,
			...[0.25, 0.5, 1].map((t) => differenceColour(t, 'light')),
			ground,
			ground,
			differenceColour(-1, 'light'),
			differenceColour(0.5, 'light'),
		]);
		const unsigned = rgb(gridPixels(grid, 4, { ...colours, signed: false })[3]);
		expect(unsigned).toEqual(attentionColour(1, 'light'));
	});

	it('keep the farthest number where a pixel stands for several columns', () => {
		expect([...gridPixels(grid, 2, colours)].map(rgb)).toEqual([
			differenceColour(0.25, 'light'),
			differenceColour(1, 'light'),
			parseHex(MAP_GROUND.light),
			differenceColour(-1, 'light'),
		]);
		expect(largest([grid, { ...grid, values: Float32Array.from([-9]) }])).toBe(9);
	});
});

describe('measures by layer', () => {
	const key = topMeasure(2);
	const runs = [
		view('vanilla', 1, [4, 3], { 50: { [key]: [0.2, 0.4] }, 100: { [key]: [0.3, 0.6] } }),
		view('vanilla', 2, [4, 3], { 50: { [key]: [0.4, 0.6] }, 100: { [key]: [0.5, 0.8] } }),
		view('svformer', 1, [4, 3], { 100: { [key]: [0.1, 0.2] } }),
	];

	it('are means over seeds at the last measurement before the step', () => {
		const values = (step: number | null) => layerProfiles(runs, key, step).map(({ group, values }) => [group, values]);
		expect(values(null)).toEqual([
			['vanilla', [expect.closeTo(0.4), expect.closeTo(0.7)]],
			['svformer', [0.1, 0.2]],
		]);
		expect(values(70)).toEqual([['vanilla', [expect.closeTo(0.3), expect.closeTo(0.5)]]]);
		expect(measuredSteps(runs, key)).toEqual([50, 100]);
	});

	it('have λ by layer and step, without a number in layers without λ', () => {
		const learned = view('resformer:learnable', 1, [4, 3], {
			50: { 'λ₁': [Number.NaN, 0.5], 'λ₂': [1, 0.4] },
			100: { 'λ₁': [Number.NaN, 1.5], 'λ₂': [1, 0.1] },
		});
		const grids = weightGrids([...runs, learned]);
		expect(grids.map(({ weight, group, steps, rows, columns }) => [weight, group, steps, rows, columns])).toEqual([
			['λ₁', 'resformer:learnable', [50, 100], 2, 2],
			['λ₂', 'resformer:learnable', [50, 100], 2, 2],
		]);
		expect([...grids[0].values]).toEqual([Number.NaN, Number.NaN, 0.5, 1.5]);
		expect([...grids[1].values]).toEqual([1, 1, 0.4, 0.1].map(Math.fround));
	});
});

describe('the panel of all layers', () => {
	beforeAll(() => import('../../src/ui/charts/depth/DepthViews'));
	beforeEach(() => {
		prepare();
		// happy-dom measures nothing.
		globalThis.ResizeObserver = class {
			constructor(private readonly told: ResizeObserverCallback) {}
			observe() {
				this.told([{ contentRect: { width: 900, height: 400 } } as ResizeObserverEntry], this as unknown as ResizeObserver);
			}
			disconnect() {}
			unobserve() {}
		};
	});
	afterEach(closeApp);

	it('reads out a layer and position, and draws the shares of the most important tokens with their reference', async () => {
		const page = await openApp();
		await page.train('vanilla', 'svformer');
		const { probe } = panelUser(page);
		await probe('vanilla', 0, 200);
		const folded = screen.getByText('All layers at once').closest('details') as HTMLDetailsElement;
		await act(async () => {
			folded.open = true;
			folded.dispatchEvent(new Event('toggle'));
		});
		await page.settle();
		const panel = within(folded);
		await page.pick(panel.getByRole('combobox', { name: 'Show' }), 'value');
		const map = panel.getByRole('application', { name: /^value norm of vanilla by layer and position/ });
		await page.keys(map, '{ArrowRight}{ArrowDown}{ArrowRight}');
		const { valueNorms, length, tokens } = frameOf(runInfo('vanilla'), 200);
		expect(map.getAttribute('aria-label')).toContain(`layer 2, “${tokens[1]}” (2): ${Number(valueNorms[length + 1].toPrecision(3))}`);

		await page.press(panel.getByRole('button', { name: 'λ by layer and step' }));
		expect(panel.getByText(/^No run shown has weights/)).toBeTruthy();

		await page.measure('vanilla-1', 2, {
			topImportance1: [0.1, 0.4],
			topImportance2: [0.2, 0.5],
			topImportance3: [0.3, 0.6],
			topImportance10: [0.5, 0.9],
		});
		await page.press(panel.getByRole('button', { name: 'Most important tokens' }));
		expect(panel.getByRole('img', { name: 'Importance of the top 2 tokens by layer: vanilla 20 % and 50 %' })).toBeTruthy();
		const level = folded.querySelector('.recharts-reference-line-line');
		const [top, bottom] = [8, 170 - 14 - 20];
		expect(Number(level?.getAttribute('y1'))).toBeCloseTo(bottom - (bottom - top) * uniformTopImportance(length, 1), 0);
	});
});
