// @vitest-environment happy-dom
/** Texts from outside that look like markup: they stay texts, wherever the page shows them. */
import { act, screen } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { encodeLink } from '../../src/experiment/link';
import { findPreset } from '../../src/experiment/presets';
import { readResults } from '../../src/experiment/readResults';
import type { Results } from '../../src/experiment/results';
import type { Experiment } from '../../src/experiment/types';
import { tableMarkdown } from '../../src/ui/shared/figures/tables';
import { MARKUP } from '../support/properties';
import { inventedResults } from './inventedResults';
import { closeApp, openApp, prepare, type TestPage } from './render';

let page: TestPage;
const preset = findPreset('sink')?.experiment as Experiment;

beforeAll(async () => {
	await import('../../src/ui/answer/fetchRecording');
	await import('../../src/ui/shared/addCurves');
}, 60_000);
beforeEach(prepare);
afterEach(closeApp);

/** Lets scripts load and React draw. */
async function wait(): Promise<void> {
	for (let i = 0; i < 10; i++) await act(async () => void (await vi.advanceTimersByTimeAsync(50)));
	await page.settle();
}

/** The page shows such a text at least once, and made no element of it. */
function expectText(): void {
	expect(document.body.textContent).toContain('<img class=injected');
	expect(document.querySelectorAll('.injected, script')).toHaveLength(0);
}

/** Results with such a text in every place that takes any text. */
function hostile(): Results {
	const { runs, ...rest } = inventedResults(preset);
	return {
		...rest,
		adapter: MARKUP,
		provenance: { commit: MARKUP, command: MARKUP },
		runs: runs.map((run, i) => ({
			...run,
			id: `${MARKUP}${i}`,
			label: MARKUP,
			name: i % 2 ? MARKUP : null,
			moved: [{ step: 1, lambdas: [{ layer: 1, index: 0, value: 0.5, label: MARKUP }] }],
			history: run.history.map(({ step, metrics }) => ({ step, metrics: { ...metrics, [MARKUP]: 1 } })),
			frames: run.frames.map((frame) => ({ ...frame, tokens: frame.tokens.map(() => MARKUP) })),
		})),
	};
}

it('a recording with markup in its texts is shown as text', async () => {
	const results = hostile();
	expect(readResults(structuredClone(results)).problems).toEqual([]);
	vi.stubGlobal('fetch', async () => new Response(JSON.stringify(results), { headers: { 'content-type': 'application/json' } }));
	page = await openApp(`#${encodeLink(preset)}`);
	await wait();
	expect(screen.getAllByRole('rowheader').length).toBeGreaterThan(0);
	expectText();
	for (const button of screen.queryAllByRole('button', { name: /^More|Sinks over training|Layer 1, head 1/ }).slice(0, 3)) {
		await page.press(button);
		expectText();
	}
});

it('a link with markup in its fields and results is shown as text', async () => {
	const text = encodeURIComponent(MARKUP);
	page = await openApp(
		`#task=own-text&text=${text.repeat(3)}&methods=${text}&${text}=1&r=validationLoss@600~${text},1,,1&runs=1!${text}~a~b!${text}~600~4~-~1,1,-`,
	);
	await wait();
	expectText();
});

it('a dropped file with markup in its columns, runs and name is shown as text', async () => {
	page = await openApp();
	const quoted = `"${MARKUP.replaceAll('"', '""')}"`;
	const { addCurves } = await import('../../src/ui/shared/addCurves');
	await act(async () => {
		await addCurves([new File([`run,step,loss,${quoted}\n${quoted},1,2,3\n`], `${MARKUP}.csv`)], page.client);
		await addCurves([new File([`${quoted},2\n1,2\n`], `${MARKUP}.csv`)], page.client);
	});
	await wait();
	expectText();
});

it('events of the worker with markup in their texts are shown as text', async () => {
	page = await openApp();
	await page.train('vanilla');
	await page.say({ type: 'error', message: MARKUP }, { type: 'deviceLost', message: MARKUP });
	expectText();
});

it('a table saved as Markdown has no elements of it', () => {
	expect(tableMarkdown([['Run'], [MARKUP]])).not.toMatch(/(^|[^\\])<(img|script)/);
});
