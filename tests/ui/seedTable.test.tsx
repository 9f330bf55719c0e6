// @vitest-environment happy-dom
import { cleanup, render, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { findPreset } from '../../src/experiment/presets';
import type { Experiment } from '../../src/experiment/types';
import type { RunView } from '../../src/session/client/store/labSnapshot';
import { comparedSeeds } from '../../src/ui/answer/answerSentence';
import { axisOf } from '../../src/ui/answer/SeedPlot';
import SeedTable from '../../src/ui/answer/SeedTable';
import { view } from './views';

const backcopy = findPreset('backcopy')?.experiment as Experiment;
const reports = [{ measure: 'sinkAttention', layers: 'all' }] as const;

const sinks = (method: string, ...values: number[][]) =>
	values.map((sinkAttention, i) => {
		const run = view(method, i + 1, [3], { 600: { sinkAttention } });
		return { ...run, finished: true, info: { ...run.info, experiment: { ...backcopy, layers: sinkAttention.length } } };
	});

function show(...runs: RunView[]) {
	const compared = comparedSeeds(backcopy, runs, null, reports);
	if (compared) render(<SeedTable experiment={backcopy} runs={runs} compared={compared} sentence="The table in words." />);
	return compared;
}
const row = (name: string) => within(screen.getByRole('row', { name: new RegExp(`^${name}`) }));
const cells = (name: string) => row(name).getAllByRole('cell');
const numbers = (name: string) => cells(name).map(({ textContent }) => textContent);

afterEach(cleanup);

describe('the table of seeds', () => {
	it('has a row per method and a column per layer, with a dot per seed, the spread, and a mark if it is separated', () => {
		show(...sinks('vanilla', [0.6, 0.1], [0.62, 0.11], [0.61, 0.12]), ...sinks('svformer', [0.4, 0.1], [0.42, 0.12], [0.41, 0.11]));
		expect(screen.getAllByRole('columnheader').map(({ textContent }) => textContent)).toEqual([
			'Attention to <s>, layer 1',
			'Attention to <s>, layer 2',
		]);
		expect(numbers('vanilla')).toEqual(['61 % ± 2.5 %', '11 % ± 2.5 %']);
		expect(numbers('svformer')).toEqual(['41 % ± 2.5 % *', '11 % ± 2.5 %']);
		const dots = [...cells('svformer')[0].querySelectorAll('circle')].map((dot) => dot.getAttribute('cx'));
		expect(dots).toEqual(['40.00%', '42.00%', '41.00%']);
		expect(cells('vanilla')[0].querySelector('.reference')).toBeTruthy();
		expect(screen.getByText(/^After 600 steps: a dot per seed \(3\).*Dashed: uniform.*\* separated from vanilla\.$/)).toBeTruthy();
	});

	it('never draws an interval of shares past 0 or 100 %, and marks where it is cut', () => {
		show(...sinks('vanilla', [0.9], [0.99], [0.6]), ...sinks('svformer', [0.5], [0.51], [0.49]));
		const interval = (name: string) => cells(name)[0].querySelector('.interval');
		expect(interval('vanilla')?.getAttribute('x2')).toBe('100.00%');
		expect(cells('vanilla')[0].querySelectorAll('.cut')).toHaveLength(1);
		expect(cells('svformer')[0].querySelectorAll('.cut')).toHaveLength(0);
	});

	it('counts the seeds of two camps, of which the interval says nothing', () => {
		show(...sinks('vanilla', [0.9], [0.95], [0.02], [0.03]), ...sinks('svformer', [0], [0], [0], [0]));
		expect(numbers('vanilla')[0]).toBe('48 %, 2 of 4 above 50 %');
	});

	it('is not drawn for one seed: a sentence is enough', () => {
		expect(show(...sinks('vanilla', [0.9]), ...sinks('svformer', [0.1]))).toBeNull();
	});
});

describe('the range of a column', () => {
	it('does not go below 0 if no seed does, however wide the interval', () => {
		expect(axisOf([[1, 100]], null, false).domain[0]).toBe(0);
		expect(axisOf([[-1, 100]], null, false).domain[0]).toBeLessThan(-1);
	});
});
