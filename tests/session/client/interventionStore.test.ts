import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Intervention, NO_INTERVENTION } from '../../../src/experiment/interventions';
import { Requests } from '../../../src/session/client/connection/requests';
import { InterventionStore } from '../../../src/session/client/interventions/interventionStore';
import type { Request } from '../../../src/session/client/protocol';
import type { RunView } from '../../../src/session/client/store/labSnapshot';
import { frameOf, lookOf } from '../../ui/invented';
import { view } from '../../ui/views';

type Question = Request<'forwardPass'>;

let sent: Question[];
let requests: Requests;
let store: InterventionStore;
let training: boolean;
const run = { ...view('resformer', 1, []), maps: frameOf(view('resformer', 1, []).info, 0) };
const other = { ...view('vanilla', 1, []), maps: frameOf(view('vanilla', 1, []).info, 0) };
const { id } = run.info;
/** The same run after a later probe. */
const later = (step: number): RunView => ({ ...run, maps: frameOf(run.info, step) });
const settled = () => vi.advanceTimersByTimeAsync(0);
/** Answers the question asked last. */
const answer = async () => {
	const { id, text, intervention } = sent[sent.length - 1];
	requests.receive({ type: 'answer', id, request: 'forwardPass', answer: lookOf(run.info, 0, text, intervention) });
	await settled();
};
const refuse = async (message: string) => {
	requests.receive({ type: 'failed', id: sent[sent.length - 1].id, message });
	await settled();
};
const mask =
	(...keys: number[]) =>
	(before: Intervention): Intervention => ({ ...before, maskedKeys: keys.map((key) => ({ layer: null, key })) });
const headOff = (before: Intervention): Intervention => ({ ...before, headsOff: [{ layer: 1, head: 1 }] });

beforeEach(() => {
	vi.useFakeTimers();
	sent = [];
	training = true;
	requests = new Requests((command) => sent.push(command as Question));
	store = new InterventionStore(requests.send, () => training);
});
afterEach(() => vi.useRealTimers());

describe('a question', () => {
	it('is asked once, however often the page renders', async () => {
		store.refresh(run);
		store.refresh(run);
		await answer();
		store.refresh(run);
		expect(sent).toHaveLength(1);
	});

	it('without an intervention is asked every two seconds at most, and with one at every probe', async () => {
		store.refresh(run);
		await answer();
		for (const step of [20, 40, 60]) store.refresh(later(step));
		expect(sent).toHaveLength(1);
		await vi.advanceTimersByTimeAsync(2000);
		expect(sent).toHaveLength(2);
		await answer();
		store.edit(later(60), headOff);
		await answer();
		for (const step of [80, 100]) {
			store.refresh(later(step));
			await answer();
		}
		expect(sent.slice(2).map(({ intervention }) => intervention.headsOff.length)).toEqual([1, 1, 1]);
	});

	it('is not asked later if the panel closes meanwhile', async () => {
		store.refresh(run);
		await answer();
		store.refresh(later(20));
		store.cancelScheduled();
		await vi.advanceTimersByTimeAsync(5000);
		expect(sent).toHaveLength(1);
	});

	it('is asked again once training pauses, after steps that followed the last probe, and not when it continues', async () => {
		store.refresh({ ...run, step: 40 });
		await answer();
		training = false;
		store.refresh({ ...run, step: 43 });
		expect(sent).toHaveLength(2);
		await answer();
		store.refresh({ ...run, step: 43 });
		training = true;
		store.refresh({ ...run, step: 44 });
		await vi.advanceTimersByTimeAsync(2000);
		expect(sent).toHaveLength(2);
	});

	it('is asked again once training continues with other λ', async () => {
		store.refresh(run);
		await answer();
		store.refresh({ ...run, info: { ...run.info, lambdaEdits: [{ step: 3, lambdas: [{ layer: 1, index: 0, value: 2, label: 'λ₁' }] }] } });
		expect(sent).toHaveLength(2);
	});

	it('about another text has no masked keys, whose positions are other tokens there, but the same heads off', async () => {
		store.edit(run, mask(3));
		await answer();
		store.edit(run, headOff);
		await answer();
		store.edit(other, mask(5));
		await answer();
		store.read('whale');
		store.refresh(run);
		expect(sent.at(-1)).toMatchObject({ text: 'whale', intervention: { maskedKeys: [], headsOff: [{ layer: 1, head: 1 }] } });
		expect(store.of(other.info.id).intervention).toBe(NO_INTERVENTION);
	});
});

describe('an answer', () => {
	it('comes with its question; questions between two answers are skipped', async () => {
		store.edit(run, mask(3));
		store.edit(run, mask(3, 4));
		store.edit(run, mask(3, 4, 5));
		await answer();
		const now = store.of(id);
		expect(now.question?.intervention.maskedKeys).toHaveLength(1);
		expect(now.pending).toBe(true);
		expect(sent).toHaveLength(2);
		expect(sent[1].intervention.maskedKeys).toHaveLength(3);
		await answer();
		expect(store.of(id)).toMatchObject({ pending: false, question: { intervention: { maskedKeys: { length: 3 } } } });
	});

	it('that is a refusal is shown with the last result until the next question', async () => {
		store.refresh(run);
		await answer();
		store.edit(run, mask(3));
		await refuse('no room on the device');
		expect(store.of(id)).toMatchObject({ problem: 'no room on the device', result: { run: id }, pending: false });
		store.edit(run, headOff);
		expect(store.of(id).problem).toBeNull();
	});

	it('that refuses a text resets it and says why, until another is read', async () => {
		store.read('µ');
		store.refresh(run);
		await refuse('no such character');
		expect(store.getSnapshot()).toMatchObject({ text: null, refusal: 'no such character' });
		store.read('whale');
		expect(store.getSnapshot()).toMatchObject({ text: 'whale', refusal: null });
	});

	it('that refuses a text brings back what was masked, and keeps what was changed since', async () => {
		store.edit(run, mask(3));
		await answer();
		store.read('µ');
		store.edit(run, headOff);
		await refuse('no such character');
		expect(store.of(id).intervention).toMatchObject({ maskedKeys: [{ layer: null, key: 3 }], headsOff: [{ layer: 1, head: 1 }] });
	});

	it('to an earlier text than the present one does not reset it', async () => {
		store.read('µ');
		store.refresh(run);
		store.read('whale');
		store.refresh(run);
		await refuse('no such character');
		expect(store.getSnapshot()).toMatchObject({ text: 'whale', refusal: null });
	});
});

describe('a forgotten run', () => {
	it('loses its intervention; the last run’s removal also resets the text', () => {
		store.edit(run, mask(3));
		store.edit(other, mask(3));
		store.read('whale');
		store.forget(other.info.id);
		expect(store.getSnapshot().text).toBe('whale');
		store.forget();
		expect(store.of(id).intervention).toBe(NO_INTERVENTION);
		expect(store.getSnapshot().text).toBeNull();
	});

	it('ignores a late answer: another run may have its id', async () => {
		store.refresh(run);
		store.forget(id);
		store.refresh(run);
		requests.receive({ type: 'answer', id: sent[0].id, request: 'forwardPass', answer: lookOf(run.info, 0, null, NO_INTERVENTION) });
		await settled();
		expect(store.of(id)).toMatchObject({ result: null, pending: true });
		await answer();
		expect(store.of(id).result?.run).toBe(id);
	});
});
