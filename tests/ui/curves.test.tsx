// @vitest-environment happy-dom
import { cleanup, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultExperiment } from '../../src/experiment/fields';
import { LabClient } from '../../src/session/client/client';
import type { RunView } from '../../src/session/client/store/labSnapshot';
import { Store } from '../../src/session/client/store/store';
import { LayerPanel } from '../../src/ui/charts/LayerPanel';
import { LossPanel } from '../../src/ui/charts/LossPanel';
import { CursorContext } from '../../src/ui/shared/cursor';
import { LabContext } from '../../src/ui/shared/useLab';
import { FakePort } from '../session/client/fakePort';
import { region } from './render';
import { view } from './views';

const user = userEvent.setup({ delay: null, pointerEventsCheck: 0 });
const chart = () => screen.getByRole('application');
/** Shapes of the drawing have no roles. */
const drawn = (shape: string) => chart().querySelectorAll(shape);
const verdicts = () => screen.getByRole('region', { name: 'Lines and their differences' }).textContent;
/** Values at the cursor; undefined while there is no cursor. */
const reading = () => within(chart()).queryByRole('status')?.textContent ?? undefined;
const linesRead = () => within(within(chart()).getByRole('status')).getAllByRole('listitem').length;
const quantity = (name: RegExp) => user.click(screen.getByRole('radio', { name }));
const openAxes = () => user.click(screen.getByRole('button', { name: /^Axes/ }));
const option = (name: string) => user.click(screen.getByRole('checkbox', { name }));
/** The panel of the measurement by layer. */
const layers = () => region('Value drain, V');
const wholeRun = () => screen.queryByRole('button', { name: 'Whole run' });

/** Presses keys on the chart; names as in `user.keyboard`. */
async function press(keys: string): Promise<void> {
	chart().focus();
	await user.keyboard(keys);
}

const at = (clientX: number, keys?: string) => ({ target: chart(), coords: { clientX }, ...(keys && { keys }) });

/** 201 steps, measured at steps 100 and 200; ResFormer is a little better at each. */
const run = (method: string, seed: number): RunView => {
	const better = method === 'resformer' ? 0.1 + seed / 1000 : 0;
	const losses = Array.from({ length: 201 }, (_, step) => 4 - step / 100 + seed / 10 - better);
	const at = (step: number) => ({ validationLoss: 4.5 - step / 100 + seed / 10 - better, accuracy: 0.5, drain: [step / 100, 0.5] });
	return view(method, seed, losses, { 100: at(100), 200: at(200) }, method === 'resformer' ? 'ResFormer' : 'Vanilla');
};
const three = ['vanilla', 'resformer'].flatMap((method) => [1, 2, 3].map((seed) => run(method, seed)));

async function open(runs: readonly RunView[] = three): Promise<void> {
	cleanup();
	render(
		<LabContext value={new LabClient(new FakePort())}>
			<CursorContext value={new Store<number | null>(null)}>
				<LossPanel experiment={defaultExperiment()} runs={runs} baseline="vanilla" answer="loss" empty="Nothing yet." />
				<LayerPanel runs={runs} totalSteps={400} length={64} />
			</CursorContext>
		</LabContext>,
	);
	await waitFor(chart, { timeout: 10_000 });
}

// The first import takes seconds on a busy machine.
beforeAll(async () => void (await import('../../src/ui/charts/LossChart')), 60_000);
beforeEach(() => {
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
afterEach(() => {
	cleanup();
	vi.unstubAllGlobals();
});

describe('the legend', () => {
	it('gives the number of seeds of a line, and whether it is separated from the baseline', async () => {
		await open();
		expect(verdicts()).toContain('Mean and range of 3 seeds. Validation loss at step 200 minus Vanilla’s:');
		expect(verdicts()).toMatch(/ResFormer −0\.102 ± 0\.002, separated \(3 seeds\)/);
		expect(drawn('.recharts-line')).toHaveLength(2);
		expect(drawn('.seed-band')).toHaveLength(2);
	});

	it('never calls one seed separated', async () => {
		await open([run('vanilla', 1), run('resformer', 1)]);
		expect(verdicts()).toMatch(/ResFormer −0\.101, one seed, so not separated/);
		expect(drawn('.seed-band')).toHaveLength(0);
		expect(drawn('.raw-line')).toHaveLength(2);
	});
});

describe('the curves', () => {
	it('can show the difference from the baseline, or any measurement', async () => {
		await open();
		await quantity(/^Relative/);
		expect(chart().textContent).toContain('loss minus Vanilla’s');
		expect(drawn('.recharts-line')).toHaveLength(1);
		await quantity(/^Accuracy/);
		expect(chart().textContent).toContain('accuracy, share');
		expect(verdicts()).toContain('Accuracy at step 200 minus Vanilla’s');
	});

	it('says that the difference is approximate if only some steps of a run are kept', async () => {
		await open();
		await quantity(/^Relative/);
		expect(verdicts()).not.toContain('Approximate');
		const series = { ...three[4].series, steps: Int32Array.from(three[4].series.losses.keys()) };
		await open(three.map((run, i) => (i === 4 ? { ...run, series } : run)));
		await quantity(/^Relative/);
		expect(verdicts()).toContain('Approximate in 1 run');
	});

	it('can be one line per seed, over tokens, on a logarithmic axis, which gives a reason if it can’t be', async () => {
		await open();
		await openAxes();
		await option('Seeds one by one');
		await press('{End}');
		expect(linesRead()).toBe(6);
		await user.selectOptions(screen.getByRole('combobox', { name: 'Over' }), 'tokens');
		expect(screen.getByRole('application', { name: /over tokens$/ })).toBe(chart());
		await option('Log values');
		expect(chart().textContent).toContain('(log)');
		await quantity(/^Relative/);
		expect(screen.getByText(/needs values above 0/)).toBeDefined();
	});

	it('explain an empty chart: no run to pair with the baseline, or every run hidden', async () => {
		await open([run('vanilla', 1)]);
		await quantity(/^Relative/);
		expect(screen.getByText(/same batches as Vanilla/)).toBeDefined();
		await open([{ ...run('vanilla', 1), visible: false }]);
		expect(screen.getByText(/Every run is hidden/)).toBeDefined();
	});
});

describe('the cursor', () => {
	it('is moved by keys, shows the value of every line, and appears in the layers’ charts too', async () => {
		await open();
		await press('{End}');
		expect(reading()).toMatch(/step 200.*Vanilla.*2\.\d{3}.*ResFormer/);
		await press('{Home}');
		expect(reading()).toContain('step 0');
		await press('{Shift>}{ArrowRight}{/Shift}');
		const step = Number(/step (\d+)/.exec(reading() ?? '')?.[1]);
		expect(step).toBeGreaterThan(10);
		expect(layers().getByText(new RegExp(`at step ${step}$`))).toBeDefined();
		await press('{Escape}');
		expect(reading()).toBeUndefined();
		expect(layers().queryByText(/at step/)).toBeNull();
	});

	it('follows the pointer over a layer’s chart, and shows the layers’ values there', async () => {
		await open();
		const [figure] = layers().getAllByRole('figure');
		const plot = figure.lastElementChild as HTMLElement;
		plot.getBoundingClientRect = () => new DOMRect(0, 0, 200, 50);
		await user.pointer({ target: plot, coords: { clientX: 110 } });
		expect(reading()).toContain('step 112');
		expect(figure.textContent).toContain('1.00');
		await user.pointer({ target: document.body });
		expect(reading()).toBeUndefined();
	});
});

describe('a range of the x axis', () => {
	it('is chosen by a drag, and reset by a button', async () => {
		await open();
		await user.pointer([at(200, '[MouseLeft>]'), at(300)]);
		expect(wholeRun()).toBeNull();
		await user.pointer(at(300, '[/MouseLeft]'));
		await press('{Home}');
		expect(Number(/step (\d+)/.exec(reading() ?? '')?.[1])).toBeGreaterThan(20);
		await user.click(wholeRun() as HTMLElement);
		await press('{Home}');
		expect(reading()).toContain('step 0');
	});

	it('is not chosen by a click, nor by a finger that moves the cursor', async () => {
		await open();
		await user.pointer([at(200, '[MouseLeft>]'), at(201, '[/MouseLeft]')]);
		await user.pointer([at(200, '[TouchA>]'), { pointerName: 'TouchA', ...at(300) }, at(300, '[/TouchA]')]);
		expect(wholeRun()).toBeNull();
		expect(reading()).toContain('step');
	});

	it('is chosen by keys, and by two numbers', async () => {
		await open();
		await press('{End}+{Home}');
		expect(Number(/step (\d+)/.exec(reading() ?? '')?.[1])).toBeGreaterThan(50);
		await press('0');
		await openAxes();
		await bound('from', '150');
		await press('{Home}');
		expect(reading()).toContain('step 150');
		await bound('to', '12');
		expect(screen.getByRole('alert').textContent).toContain('must be a number below');
	});

	async function bound(name: string, value: string): Promise<void> {
		const field = screen.getByRole('textbox', { name });
		await user.clear(field);
		await user.type(field, `${value}{Enter}`);
	}
});
