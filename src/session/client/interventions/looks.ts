/** Forward passes that the page asks for: what a run does on a text, and what an intervention makes of it. */

import type { Intervention } from '../../../experiment/intervention';
import type { ForwardPassResult } from '../../../experiment/records/forwardPass';
import type { Command, Event } from '../protocol';

/** The latest question about a run, and the latest answer. Never changed in place. */
export interface LookView {
	readonly look: ForwardPassResult | null;
	/** What `look` answers. */
	readonly question: Question | null;
	/** Whether an answer to a later question is on its way. */
	readonly pending: boolean;
	/** Why the latest question has no answer. */
	readonly problem: string | null;
}

export const NO_LOOK: LookView = { look: null, question: null, pending: false, problem: null };

export interface Question {
	text: string | null;
	intervention: Intervention;
}

/** Asks for one look of a run at a time: while a slider moves, the questions between two answers are skipped. */
export class LookDesk {
	private views: ReadonlyMap<string, LookView> = new Map();
	/** By run: the question in flight, and the one that follows it. */
	private readonly flying = new Map<string, { id: number; question: Question }>();
	private readonly next = new Map<string, Question>();
	private count = 0;
	private readonly listeners = new Set<() => void>();

	constructor(private readonly send: (command: Command) => void) {}

	readonly subscribe = (listener: () => void): (() => void) => {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	};

	/** By run. */
	readonly getSnapshot = (): ReadonlyMap<string, LookView> => this.views;

	/** Asks what `run` does; the answer to an earlier question may still come before. */
	ask(run: string, text: string | null, intervention: Intervention): void {
		this.next.set(run, { text, intervention });
		this.update(run, { pending: true, problem: null });
		if (!this.flying.has(run)) this.go(run);
	}

	/** Forgets what is known of a run, or of every one. */
	forget(run?: string): void {
		for (const id of run === undefined ? [...this.views.keys()] : [run]) {
			this.flying.delete(id);
			this.next.delete(id);
		}
		this.views = new Map([...this.views].filter(([id]) => run !== undefined && id !== run));
		this.publish();
	}

	/** Takes in one event of the worker. */
	receive(event: Event): void {
		if (event.type === 'looked') this.answer(event.id, { look: event.look, problem: null });
		else if (event.type === 'lookFailed') this.answer(event.id, { problem: event.message });
	}

	private go(run: string): void {
		const question = this.next.get(run);
		if (!question) return;
		this.next.delete(run);
		const id = ++this.count;
		this.flying.set(run, { id, question });
		this.send({ type: 'look', id, run, ...question });
	}

	private answer(id: number, found: Pick<LookView, 'problem'> & { look?: ForwardPassResult }): void {
		const [run, flight] = [...this.flying].find(([, flying]) => flying.id === id) ?? [];
		if (run === undefined || !flight) return;
		this.flying.delete(run);
		this.update(run, { ...found, ...(found.look && { question: flight.question }), pending: this.next.has(run) });
		this.go(run);
	}

	private update(run: string, change: Partial<LookView>): void {
		this.views = new Map(this.views).set(run, { ...(this.views.get(run) ?? NO_LOOK), ...change });
		this.publish();
	}

	private publish(): void {
		for (const listener of this.listeners) listener();
	}
}
