// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultExperiment } from '../../src/experiment/fields';
import type { RunView } from '../../src/session/client/store/labSnapshot';
import { Store } from '../../src/session/client/store/store';
import { CursorContext } from '../../src/ui/charts/cursor';
import { LayerPanel } from '../../src/ui/charts/LayerPanel';
import { LossPanel } from '../../src/ui/charts/LossPanel';
import { view } from './views';

let root: Root;
const page = () => document.body;
const find = <E extends Element>(selector: string): E => {
	const element = page().querySelector<E>(selector);
	if (!element) throw new Error(`no ${selector}`);
	return element;
};
const text = (selector: string) => page().querySelector(selector)?.textContent ?? '';
const named = (name: string) =>
	[...page().querySelectorAll('button, label')].find((element) => element.textContent?.trim().startsWith(name)) as HTMLElement;
const press = (key: string, shiftKey = false) =>
	act(async () => void find('.loss-chart').dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, bubbles: true, cancelable: true })));
const pointer = (type: string, clientX: number, pointerType = 'mouse') =>
	act(async () => void find('.loss-chart').dispatchEvent(new PointerEvent(type, { clientX, pointerType, bubbles: true, button: 0 })));
const click = (element: HTMLElement) => act(async () => element.click());

/** 201 steps, measured at steps 100 and 200; ResFormer is a little better at each. */
const run = (method: string, seed: number): RunView => {
	const better = method === 'resformer' ? 0.1 + seed / 1000 : 0;
	const losses = Array.from({ length: 201 }, (_, step) => 4 - step / 100 + seed / 10 - better);
	const at = (step: number) => ({ validationLoss: 4.5 - step / 100 + seed / 10 - better, accuracy: 0.5, drain: [step / 100, 0.5] });
	return view(method, seed, losses, { 100: at(100), 200: at(200) }, method === 'resformer' ? 'ResFormer' : 'Vanilla');
};
const three = ['vanilla', 'resformer'].flatMap((method) => [1, 2, 3].map((seed) => run(method, seed)));

async function open(runs: readonly RunView[] = three): Promise<void> {
	await act(async () =>
		root.render(
			<CursorContext value={new Store<number | null>(null)}>
				<LossPanel experiment={defaultExperiment()} runs={runs} baseline="vanilla" empty="Nothing yet." />
				<LayerPanel runs={runs} totalSteps={400} length={64} />
			</CursorContext>,
		),
	);
	await act(async () => {
		await vi.waitFor(() => find('.loss-chart'), { timeout: 10_000 });
	});
}

// The first import takes seconds on a busy machine.
beforeAll(async () => void (await import('../../src/ui/charts/LossChart')), 60_000);
beforeEach(() => {
	vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
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
	const container = document.createElement('div');
	document.body.replaceChildren(container);
	root = createRoot(container);
});
afterEach(async () => {
	await act(async () => root.unmount());
	vi.unstubAllGlobals();
});

describe('the legend', () => {
	it('gives the number of seeds of a line, and whether it is separated from the baseline', async () => {
		await open();
		expect(text('.verdicts')).toContain('Mean and range of 3 seeds. Validation loss at step 200 minus Vanilla’s:');
		expect(text('.verdicts')).toMatch(/ResFormer −0\.102 ± 0\.002, separated \(3 seeds\)/);
		expect(page().querySelectorAll('.loss .recharts-line')).toHaveLength(2);
		expect(page().querySelectorAll('.seed-band')).toHaveLength(2);
	});

	it('one seed is never separated', async () => {
		await open([run('vanilla', 1), run('resformer', 1)]);
		expect(text('.verdicts')).toMatch(/ResFormer −0\.101, one seed, so not separated/);
		expect(page().querySelectorAll('.seed-band')).toHaveLength(0);
		expect(page().querySelectorAll('.raw-line')).toHaveLength(2);
	});
});

describe('what is drawn', () => {
	it('can be the difference from the baseline, or any measurement', async () => {
		await open();
		await click(named('Relative'));
		expect(text('.axis-titles')).toContain('loss minus Vanilla’s');
		expect(page().querySelectorAll('.loss .recharts-line')).toHaveLength(1);
		await click(named('Accuracy'));
		expect(text('.axis-titles')).toContain('accuracy, share');
		expect(text('.verdicts')).toContain('Accuracy at step 200 minus Vanilla’s');
	});

	it('can be one line per seed, over tokens, on a logarithmic axis, which gives a reason if it can’t be', async () => {
		await open();
		await click(named('Axes'));
		await click(named('Seeds one by one'));
		expect(page().querySelectorAll('.loss .recharts-line')).toHaveLength(6);
		const over = find<HTMLSelectElement>('.popover select');
		await act(async () => {
			over.value = 'tokens';
			over.dispatchEvent(new Event('change', { bubbles: true }));
		});
		expect(text('.axis-titles')).toContain('tokens');
		await click(named('Log values'));
		expect(text('.axis-titles')).toContain('(log)');
		await click(named('Relative'));
		expect(text('.popover')).toContain('needs values above 0');
	});

	it('explains an empty chart: no run to pair with the baseline, or every run hidden', async () => {
		await open([run('vanilla', 1)]);
		await click(named('Relative'));
		expect(text('.loss .empty')).toContain('same batches as Vanilla');
		await open([{ ...run('vanilla', 1), visible: false }]);
		expect(text('.loss .empty')).toContain('Every run is hidden');
	});
});

describe('the cursor', () => {
	it('is moved by keys, shows the value of every line, and appears in the layers’ charts too', async () => {
		await open();
		await press('End');
		expect(text('.reading')).toMatch(/step 200.*Vanilla.*2\.\d{3}.*ResFormer/);
		await press('Home');
		expect(text('.reading')).toContain('step 0');
		await press('ArrowRight', true);
		const step = Number(/step (\d+)/.exec(text('.reading'))?.[1]);
		expect(step).toBeGreaterThan(10);
		expect(page().querySelectorAll('.layers .cursor-line').length).toBe(2);
		expect(text('.layers .panel-head')).toContain(`at step ${step}`);
		await press('Escape');
		expect(page().querySelector('.reading')).toBeNull();
		expect(page().querySelectorAll('.cursor-line')).toHaveLength(0);
	});

	it('follows the pointer over a layer’s chart, and shows the layers’ values there', async () => {
		await open();
		const plot = find('.layer-plot');
		plot.getBoundingClientRect = () => new DOMRect(0, 0, 200, 50);
		await act(async () => void plot.dispatchEvent(new PointerEvent('pointermove', { clientX: 110, bubbles: true })));
		expect(text('.reading')).toContain('step 112');
		expect(text('.layer-chart figcaption')).toContain('1.00');
		await act(async () => void plot.dispatchEvent(new PointerEvent('pointerout', { bubbles: true })));
		expect(page().querySelector('.reading')).toBeNull();
	});
});

describe('a range of the x axis', () => {
	it('is chosen by a drag, and reset by a button or a double click', async () => {
		await open();
		await pointer('pointerdown', 200);
		await pointer('pointermove', 300);
		expect(page().querySelector('.brush')).not.toBeNull();
		await pointer('pointerup', 300);
		expect(page().querySelector('.brush')).toBeNull();
		await press('Home');
		expect(Number(/step (\d+)/.exec(text('.reading'))?.[1])).toBeGreaterThan(20);
		await click(named('Whole run'));
		await press('Home');
		expect(text('.reading')).toContain('step 0');
	});

	it('is not chosen by a click, nor by a finger that moves the cursor', async () => {
		await open();
		await pointer('pointerdown', 200);
		await pointer('pointerup', 201);
		await pointer('pointerdown', 200, 'touch');
		await pointer('pointermove', 300, 'touch');
		await pointer('pointerup', 300, 'touch');
		expect(named('Whole run')).toBeUndefined();
		expect(text('.reading')).toContain('step');
	});

	it('is chosen by keys, and by two numbers', async () => {
		await open();
		await press('End');
		await press('+');
		await press('Home');
		expect(Number(/step (\d+)/.exec(text('.reading'))?.[1])).toBeGreaterThan(50);
		await press('0');
		await click(named('Axes'));
		const [from, to] = page().querySelectorAll<HTMLInputElement>('.range-fields input');
		await act(async () => {
			from.value = '150';
			from.dispatchEvent(new FocusEvent('focusout', { bubbles: true }));
		});
		await press('Home');
		expect(text('.reading')).toContain('step 150');
		await act(async () => {
			to.value = '12';
			to.dispatchEvent(new FocusEvent('focusout', { bubbles: true }));
		});
		expect(text('.range-fields [role=alert]')).toContain('must be a number below');
	});
});
