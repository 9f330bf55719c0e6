import { expect, it } from 'vitest';
import { openPage } from '../support/browser';
import { eventsOf, spyOnWorker, waitForEvents } from '../support/spy';
import { cellOf } from '../support/userJourneys';

/** Small enough for a processor in a GPU's place. */
const SMALL =
	'#task=backcopy&methods=vanilla&layers=2&heads=2&hiddenSize=32&intermediateSize=48&batchSize=4&sequenceLength=16&steps=30&warmupSteps=5&learningRate=0.01&schedule=constant&validateEvery=15&validationBatches=1&probeEvery=15&v=1';

it('a gate and a sink logit can be chosen and trained, and have maps and measurements', async () => {
	const { page, errors, close } = await openPage({ width: 1440, height: 900, address: SMALL, before: spyOnWorker });
	await page.getByText('Attention: gates, sinks, norms').click();
	for (const name of ['Gate per head', 'Learned sink logit']) await page.getByRole('checkbox', { name, exact: true }).check();
	await page.getByRole('checkbox', { name: 'Vanilla', exact: true }).uncheck();
	await page.getByRole('button', { name: 'Train' }).click();
	await waitForEvents(page, 'finished', 2);
	await page.getByRole('button', { name: 'Train again' }).waitFor();

	const frames = (await eventsOf(page, 'frame')).map(({ frame }) => frame);
	const rowsOf = (run: string) =>
		frames
			.filter((frame) => frame.run === run)
			.flatMap(({ layers, heads, length, probabilities }) =>
				Array.from({ length: layers * heads * length }, (_, row) =>
					Array.from(probabilities.slice(row * length, (row + 1) * length)).reduce((a, b) => a + b, 0),
				),
			);
	const [gated, sunk] = [rowsOf('gate:head#1'), rowsOf('sink:learned#1')];
	expect(gated.length).toBeGreaterThan(0);
	expect(sunk).toHaveLength(gated.length);
	for (const sum of gated) expect(Math.abs(sum - 1)).toBeLessThan(1e-4);
	// From equal logits a query with one key gives the sink half.
	for (const sum of sunk) expect(sum).toBeLessThan(0.999);

	const columns = [
		page.getByRole('region', { name: 'Attention of Gate per head' }),
		page.getByRole('region', { name: 'Attention of Learned sink logit' }),
	];
	for (const column of columns) await column.waitFor();
	expect(await columns[0].getByRole('button', { name: /^sink logit/ }).count()).toBe(0);
	await columns[1].getByRole('button', { name: /^sink logit 0\.\d+ on average$/ }).waitFor();

	const rows = await page.locator('.runs tbody tr').allTextContents();
	const [gate, sink] = ['Gate per head', 'Learned sink logit'].map((name) => rows.findIndex((text) => text.includes(name)));
	expect(await cellOf(page, gate, 'Gate')).toMatch(/%/);
	expect(await cellOf(page, gate, 'Sink mass')).toBe('–');
	expect(await cellOf(page, sink, 'Sink mass')).toMatch(/%/);
	expect(await cellOf(page, sink, 'Gate')).toBe('–');
	expect(errors).toEqual([]);
	await close();
});
