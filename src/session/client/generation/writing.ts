/** Texts that runs write: one run after the other, each piece shown as it comes. */
import type { Command, Event } from '../protocol';

export interface WritingRequest {
	/** Who writes, and after how many updates: one text at a time, in this order. */
	runs: readonly { id: string; step: number }[];
	prompt: string;
	tokens: number;
	temperature: number;
	topK: number;
	seed: number;
}

/** What one run has written. */
export interface WrittenText {
	prompt: string;
	text: string;
	/** Updates that the run had done when it began. */
	step: number;
	/** Pieces that have come, and how many were asked for. */
	tokens: number;
	wanted: number;
	state: 'writing' | 'done' | 'stopped';
}

/** Everything that is written, at one moment. Never changed in place. */
export interface WritingView {
	/** By run; a run that writes anew keeps its old text until the first piece of the new one. */
	readonly texts: ReadonlyMap<string, WrittenText>;
	/** Runs that have yet to write, the one that writes first; empty = nobody writes. */
	readonly waiting: readonly string[];
	/** Why nothing was written, such as a character that the models don't know. */
	readonly problem: string | null;
}

const EMPTY: WritingView = { texts: new Map(), waiting: [], problem: null };

/** Pieces come faster than anyone reads: the page is told this often, ms. */
const NOTIFY_INTERVAL = 100;

export class WritingDesk {
	private view: WritingView = EMPTY;
	private request: WritingRequest | null = null;
	private queue: WritingRequest['runs'] = [];
	/** Id of the text that is being written; events of others are old. */
	private id = 0;
	private count = 0;
	private timer: ReturnType<typeof setTimeout> | null = null;
	private readonly listeners = new Set<() => void>();

	constructor(private readonly send: (command: Command) => void) {}

	readonly subscribe = (listener: () => void): (() => void) => {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	};

	readonly getSnapshot = (): WritingView => this.view;

	/** Lets the runs write on from the prompt; what is being written ends. */
	write(request: WritingRequest): void {
		this.settle('stopped');
		this.request = request;
		this.queue = request.runs;
		this.view = { ...this.view, problem: null };
		this.next();
	}

	/** Ends the text that is being written and those that wait; what is there stays. */
	stop(): void {
		if (this.queue.length === 0) return;
		this.send({ type: 'stopGenerating' });
		this.end();
	}

	/** Forgets every text: the runs are gone. */
	clear(): void {
		this.queue = [];
		this.id = 0;
		this.view = EMPTY;
		this.publish();
	}

	/** Takes in one event of the worker. */
	receive(event: Event): void {
		if (event.type === 'error' && this.queue.length > 0) {
			// An error names no text: whatever broke, nobody waits for more.
			this.end();
		} else if (event.type === 'generationFailed' && event.id === this.id) {
			this.view = { ...this.view, problem: event.message };
			this.end();
		} else if (event.type === 'generated' && event.id === this.id) {
			this.add(event.text, event.done);
		}
	}

	private next(): void {
		const [run] = this.queue;
		const { request } = this;
		if (!run || !request) {
			this.end();
			return;
		}
		this.id = ++this.count;
		const { prompt, tokens, temperature, topK, seed } = request;
		this.send({ type: 'generate', id: this.id, run: run.id, prompt, tokens, temperature, topK, seed });
		this.view = { ...this.view, waiting: this.queue.map(({ id }) => id) };
		this.publish();
	}

	private add(piece: string, done: boolean): void {
		const [{ id: run, step }] = this.queue;
		const { prompt, tokens: wanted } = this.request as WritingRequest;
		const before = this.view.texts.get(run);
		const mine: WrittenText = before?.state === 'writing' ? before : { prompt, text: '', step, tokens: 0, wanted, state: 'writing' };
		const text = { ...mine, text: mine.text + piece, tokens: mine.tokens + (done && piece === '' ? 0 : 1) };
		this.view = { ...this.view, texts: new Map(this.view.texts).set(run, { ...text, state: done ? 'done' : 'writing' }) };
		if (done) {
			this.queue = this.queue.slice(1);
			this.next();
		} else this.schedule();
	}

	private end(): void {
		this.settle('stopped');
		this.queue = [];
		this.id = 0;
		this.view = { ...this.view, waiting: [] };
		this.publish();
	}

	/** A text that is being written is so no more. */
	private settle(state: WrittenText['state']): void {
		const texts = new Map(this.view.texts);
		for (const [run, text] of texts) if (text.state === 'writing') texts.set(run, { ...text, state });
		this.view = { ...this.view, texts };
	}

	private schedule(): void {
		this.timer ??= setTimeout(() => this.publish(), NOTIFY_INTERVAL);
	}

	private publish(): void {
		if (this.timer !== null) clearTimeout(this.timer);
		this.timer = null;
		// A new object for those who compare; the view itself is already one.
		for (const listener of this.listeners) listener();
	}
}
