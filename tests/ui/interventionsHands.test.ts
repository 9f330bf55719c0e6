import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NO_INTERVENTION } from '../../src/experiment/intervention';
import { LookDesk } from '../../src/session/client/interventions/looks';
import type { Command } from '../../src/session/client/protocol';
import type { RunView } from '../../src/session/client/store/labSnapshot';
import { toggleHead, toggleMask } from '../../src/ui/interventions/edits';
import { Hands } from '../../src/ui/interventions/hands';
import { frameOf, lookOf } from './invented';
import { view } from './views';

type Question = Extract<Command, { type: 'look' }>;

let sent: Question[];
let desk: LookDesk;
let hands: Hands;
let end: () => void;
const run = { ...view('resformer', 1, []), maps: frameOf(view('resformer', 1, []).info, 0) };
/** The same run after a later probe. */
const later = (step: number): RunView => ({ ...run, maps: frameOf(run.info, step) });
const answer = () => {
	const { id, text, intervention } = sent[sent.length - 1];
	desk.receive({ type: 'looked', id, look: lookOf(run.info, 0, text, intervention) });
};

beforeEach(() => {
	vi.useFakeTimers();
	sent = [];
	desk = new LookDesk((command) => sent.push(command as Question));
	hands = new Hands(desk);
	end = hands.follow();
});
afterEach(() => {
	end();
	vi.useRealTimers();
});

describe('a run in the user’s hands', () => {
	it('is asked once for the same question, however often the page is drawn', () => {
		hands.keep(run);
		hands.keep(run);
		expect(sent).toHaveLength(1);
		answer();
		hands.keep(run);
		expect(sent).toHaveLength(1);
	});

	it('that nothing is done to is asked again every two seconds at most, and with an intervention at every probe', () => {
		hands.keep(run);
		answer();
		for (const step of [20, 40, 60]) hands.keep(later(step));
		expect(sent).toHaveLength(1);
		vi.advanceTimersByTime(2000);
		expect(sent).toHaveLength(2);
		answer();
		hands.edit(later(60), toggleHead(0, 0));
		answer();
		for (const step of [80, 100]) {
			hands.keep(later(step));
			answer();
		}
		expect(sent.slice(2).map(({ intervention }) => intervention.headsOff.length)).toEqual([1, 1, 1]);
	});

	it('is asked anew once training rests, as steps came after its last probe, and not again until it goes on', () => {
		hands.keep({ ...run, step: 40 });
		answer();
		hands.rest(true);
		hands.keep({ ...run, step: 43 });
		expect(sent).toHaveLength(2);
		answer();
		hands.keep({ ...run, step: 43 });
		hands.rest(false);
		hands.keep({ ...run, step: 44 });
		vi.advanceTimersByTime(2000);
		expect(sent).toHaveLength(2);
	});

	it('is asked anew once training goes on with other λ', () => {
		hands.keep(run);
		answer();
		hands.keep({ ...run, info: { ...run.info, lambdaEdits: [{ step: 3, lambdas: [{ layer: 1, index: 0, value: 2, label: 'λ₁' }] }] } });
		expect(sent).toHaveLength(2);
	});

	it('reads another text without masks, whose positions mean other tokens there, but with its heads off', () => {
		hands.edit(run, toggleMask(3, null));
		hands.edit(run, toggleHead(1, 1));
		hands.read('whale');
		hands.keep(run);
		answer();
		expect(sent.at(-1)).toMatchObject({ text: 'whale', intervention: { maskedKeys: [], headsOff: [{ layer: 1, head: 1 }] } });
	});

	it('is left alone once it is another run under the same name', () => {
		hands.edit(run, toggleMask(3, null));
		hands.read('whale');
		desk.forget();
		expect(hands.of(run.info.id)).toEqual(NO_INTERVENTION);
		expect(hands.getSnapshot().text).toBeNull();
	});
});

describe('an answer', () => {
	it('tells its question: while a slider moves, what is on the page is the answer to an earlier one', () => {
		hands.edit(run, toggleMask(3, null));
		hands.edit(run, toggleMask(4, null));
		hands.edit(run, toggleMask(5, null));
		answer();
		const now = desk.getSnapshot().get(run.info.id);
		expect(now?.question?.intervention.maskedKeys).toHaveLength(1);
		expect(now?.pending).toBe(true);
		expect(sent, 'the questions between are skipped').toHaveLength(2);
		expect(sent[1].intervention.maskedKeys).toHaveLength(3);
	});

	it('of no use is told until the next question', () => {
		hands.keep(run);
		desk.receive({ type: 'lookFailed', id: sent[0].id, message: 'no such character' });
		expect(desk.getSnapshot().get(run.info.id)?.problem).toBe('no such character');
		hands.edit(run, toggleHead(0, 0));
		expect(desk.getSnapshot().get(run.info.id)?.problem).toBeNull();
	});
});
