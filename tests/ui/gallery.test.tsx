// @vitest-environment happy-dom
import { act, screen, within } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { findQuestion, QUESTIONS, type Question } from '../../src/experiment/questions';
import { sweepPoints } from '../../src/experiment/sweep';
import { linkOf } from '../../src/ui/shared/linkOf';
import { runInfo } from '../session/client/fakePort';
import { infos, metricsOf } from './invented';
import { inventedResults } from './inventedResults';
import { closeApp, openApp, prepare, type TestPage } from './render';

let page: TestPage;
let fetched: string[];
/** Cards that the test scrolls into view, by a part of their text. */
let visible: (text: string) => boolean;

class FakeObserver {
	constructor(private readonly callback: (entries: { isIntersecting: boolean }[]) => void) {}
	observe(element: Element) {
		queueMicrotask(() => this.callback([{ isIntersecting: visible(element.textContent ?? '') }]));
	}
	disconnect() {}
}

const sink = findQuestion('sink') as Question;
const learning = findQuestion('default') as Question;

/** Lets scripts load and records arrive. */
const wait = async () => {
	for (let i = 0; i < 20; i++) await act(async () => void (await vi.advanceTimersByTimeAsync(20)));
	await page.settle();
};

function stub(): void {
	prepare();
	vi.stubGlobal('IntersectionObserver', FakeObserver);
	vi.stubGlobal('fetch', async (address: string) => {
		fetched.push(address);
		return new Response(JSON.stringify(inventedResults(sink.experiment)), { headers: { 'content-type': 'application/json' } });
	});
}

/** The page imports these when they are needed, which takes real turns of the event loop. */
beforeAll(async () => {
	await import('../../src/ui/questions/Gallery');
	await import('../../src/ui/questions/Abstract');
	await import('../../src/ui/answer/fetchRecording');
});
beforeEach(() => {
	stub();
	fetched = [];
	visible = () => false;
});
afterEach(closeApp);

const open = async (hash = '') => {
	page = await openApp(hash);
	await wait();
};
const go = async (hash: string) => {
	history.replaceState(null, '', `/#${hash}`);
	await act(async () => void dispatchEvent(new Event('hashchange')));
	await wait();
};
const card = ({ question }: Question) => within(screen.getByRole('link', { name: question }).closest('article') as HTMLElement);

describe('the gallery', () => {
	it('lists every question with a link that opens it, and marks those without a record', async () => {
		await open('#gallery');
		for (const question of QUESTIONS) {
			const link = screen.getByRole<HTMLAnchorElement>('link', { name: question.question });
			expect(link.getAttribute('href')).toBe(`#${linkOf(question.experiment)}`);
			if (!question.recorded) expect(card(question).getByText('not recorded')).toBeTruthy();
		}
	});

	it('loads a record only when its card comes into view, and shows its verdict, figure, seeds and origin', async () => {
		visible = () => false;
		await open('#gallery');
		expect(fetched).toEqual([]);
		closeApp();
		stub();
		visible = (text) => text.includes(sink.question);
		await open('#gallery');
		expect(fetched).toEqual(['recorded/sink.json']);
		const shown = card(sink);
		expect(shown.queryByText('not recorded')).toBeNull();
		expect(shown.getAllByRole('img').map((image) => image.getAttribute('aria-label'))).toContain('Attention map of Vanilla');
		expect(shown.getByText(/5 seeds · 25 runs/)).toBeTruthy();
		expect(shown.getByText(/Recorded on AMD Radeon RX 7800 XT, November 20, 2026/)).toBeTruthy();
	});

	it('says how long a question takes on this device, and does not touch the form’s own estimate', async () => {
		visible = (text) => text.includes(sink.question);
		// Nor is a record kept for the other tests: cards keep what they have read.
		vi.stubGlobal('fetch', async () => new Response('', { status: 404 }));
		await open('#gallery');
		const asked = page.port.of('estimate').filter(({ experiment }) => linkOf(experiment) === linkOf(sink.experiment));
		const [own, ofCard] = [asked[0], asked[asked.length - 1]];
		expect(own.id).not.toBe(ofCard.id);
		const answer = { methods: [], gpuBytes: 0, seconds: 240, vocabularySize: 89, problems: [] };
		await page.say({ type: 'answer', id: ofCard.id, request: 'estimate', answer });
		expect(card(sink).getByText(/about 4 min on this device/)).toBeTruthy();
		expect(page.client.store.getSnapshot().estimate).toBeNull();
	});

	it('keeps the form and its address: Back leads to the experiment as it was', async () => {
		await open('#layers=3&v=1');
		await page.write('Layers', '5');
		await go('gallery');
		expect(location.hash).toBe('#gallery');
		expect(screen.queryByLabelText('Layers')).toBeNull();
		expect(screen.queryByText(/field of the link/)).toBeNull();
		await go('layers=5&v=1');
		expect(screen.getByLabelText<HTMLInputElement>('Layers').value).toBe('5');
	});

	it('leaves Space to the browser: no training starts from it', async () => {
		await open('#gallery');
		await page.keys(document.body, ' ');
		expect(page.port.of('start')).toEqual([]);
	});
});

describe('an opened question', () => {
	const openFromGallery = async (question: Question) => {
		await open('#gallery');
		await page.user.click(screen.getByRole('link', { name: question.question }));
		await go(linkOf(question.experiment));
	};

	it('reads like an abstract, with the number and outcome of every expectation', async () => {
		await openFromGallery(sink);
		const abstract = document.querySelector<HTMLDetailsElement>('details.abstract') as HTMLDetailsElement;
		expect(abstract.open).toBe(true);
		const text = abstract.textContent ?? '';
		for (const part of [sink.claim?.text, sink.claim?.source, sink.prediction, sink.refutedBy, sink.limits]) expect(text).toContain(part);
		const findings = within(abstract).getAllByRole('listitem');
		expect(findings).toHaveLength(sink.expectations.length);
		expect(findings[0].textContent).toMatch(/\.\s(holds|contradicted|not separated) \(\d+ % ± [\d.]+ %, 5 seeds\)$/);
	});

	it('is folded when only a link led to it', async () => {
		await open(`#${linkOf(sink.experiment)}`);
		expect(document.querySelector<HTMLDetailsElement>('details.abstract')?.open).toBe(false);
	});

	it('trains here with one button, and judges these runs once all have finished', async () => {
		await openFromGallery(sink);
		await page.press('Run it here');
		expect(page.port.of('start').map(({ experiment }) => linkOf(experiment))).toEqual([linkOf(sink.experiment)]);
		const runs = infos(sink.experiment);
		await page.say({ type: 'runs', runs }, { type: 'state', state: 'running' });
		const abstract = () => document.querySelector('details.abstract')?.textContent;
		expect(abstract()).toContain('0 of 25 runs finished here');
		expect(screen.queryByRole('button', { name: 'Run it here' })).toBeNull();
		const { steps } = sink.experiment;
		await page.say(...runs.map((run) => ({ type: 'finished', run: run.id, steps, metrics: metricsOf(run, steps) }) as const));
		await page.say({ type: 'state', state: 'finished' });
		await wait();
		expect(abstract()).toContain('on this device');
		expect(abstract()).not.toContain('not recorded');
	});

	it('is shown in place of other runs, which stay and can be shown again', async () => {
		await open('#layers=3&v=1');
		await page.press('Train');
		await page.train('vanilla');
		await go('gallery');
		await page.user.click(screen.getByRole('link', { name: learning.question }));
		await go(linkOf(learning.experiment));
		expect(screen.getByRole('heading', { level: 1, name: learning.question })).toBeTruthy();
		expect(document.querySelector('details.abstract')?.textContent).toContain('Your 1 run of another experiment is still there');
		await page.press('Show it');
		expect(screen.queryByRole('heading', { level: 1, name: learning.question })).toBeNull();
		expect(screen.getAllByText('vanilla').length).toBeGreaterThan(0);
	});
});

it('lists the questions in the header’s menu, with a mark on those that have a record', async () => {
	await open('#layers=3&v=1');
	const options = within(screen.getByLabelText('Question to start from')).getAllByRole<HTMLOptionElement>('option');
	for (const { title, recorded } of QUESTIONS) expect(options.map(({ text }) => text)).toContain(`${recorded ? '●' : '○'} ${title}`);
	await page.pick('Question to start from', 'default');
	await wait();
	expect(screen.getByRole('heading', { level: 1, name: learning.question })).toBeTruthy();
});

it('never takes an experiment’s link for the gallery', () => {
	for (const question of QUESTIONS)
		for (const { experiment } of sweepPoints(question.experiment)) expect(linkOf(experiment)).toContain('=');
	expect(linkOf(runInfo('vanilla').experiment)).toContain('=');
});
