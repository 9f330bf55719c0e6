import { RequestAbandoned, type SendRequest } from '../connection/requests';
import { type Observable, Store } from '../store/store';

export interface GenerationRequest {
	/** The runs that generate, one after the other, and the updates that each has done. */
	runs: readonly { id: string; step: number }[];
	prompt: string;
	tokens: number;
	temperature: number;
	topK: number;
	seed: number;
}

/** A text that one run has generated. */
export interface GeneratedText {
	prompt: string;
	text: string;
	/** Updates that the run had done when it started. */
	step: number;
	/** Tokens generated so far, and requested. */
	tokens: number;
	wanted: number;
	state: 'writing' | 'done' | 'stopped';
}

/** The generated texts. Never changed in place. */
export interface GenerationState {
	/** By run id. A run that starts again keeps its old text until the first piece of the new one. */
	readonly texts: ReadonlyMap<string, GeneratedText>;
	/** Ids of the runs that have not finished, the one that generates now first. */
	readonly waiting: readonly string[];
	/** The reason if nothing was generated, such as a character that is not in the vocabulary. */
	readonly problem: string | null;
}

const EMPTY: GenerationState = { texts: new Map(), waiting: [], problem: null };

/** Interval between notifications of listeners, ms: pieces arrive faster than a reader can follow. */
const NOTIFY_INTERVAL = 100;

export class GenerationStore implements Observable<GenerationState> {
	private readonly published = new Store(EMPTY);
	readonly getSnapshot = this.published.getSnapshot;
	readonly subscribe = this.published.subscribe;
	/** Ahead of `published` by at most `NOTIFY_INTERVAL`. */
	private state = EMPTY;
	/** The request in progress; answers to earlier ones are ignored. */
	private current: GenerationRequest | null = null;
	private timer: ReturnType<typeof setTimeout> | null = null;

	constructor(
		private readonly request: SendRequest,
		private readonly stopWorker: () => void,
	) {}

	/** Generates a continuation of the prompt with each run. Stops the texts in progress. */
	async write(request: GenerationRequest): Promise<void> {
		this.markStopped();
		this.current = request;
		this.state = { ...this.state, waiting: request.runs.map(({ id }) => id), problem: null };
		this.publish();
		for (const run of request.runs) {
			const problem = await this.writeWith(request, run);
			if (this.current !== request) return;
			if (problem !== null) {
				this.state = { ...this.state, problem };
				break;
			}
			this.state = { ...this.state, waiting: this.state.waiting.slice(1) };
			this.publish();
		}
		this.end();
	}

	/** Stops the text in progress and those that wait. The texts so far stay. */
	stop(): void {
		if (!this.current) return;
		this.stopWorker();
		this.end();
	}

	/** Forgets every text: the runs were removed. */
	clear(): void {
		this.current = null;
		this.state = EMPTY;
		this.publish();
	}

	/** Generates one run's text. Returns the reason if it could not. */
	private async writeWith(request: GenerationRequest, run: GenerationRequest['runs'][number]): Promise<string | null> {
		const { prompt, tokens, temperature, topK, seed } = request;
		try {
			await this.request({ type: 'generate', run: run.id, prompt, tokens, temperature, topK, seed }, (piece) => {
				if (this.current === request) this.append(request, run, piece);
			});
		} catch (error) {
			if (!(error instanceof RequestAbandoned)) return (error as Error).message;
			if (this.current === request) this.markStopped();
			return null;
		}
		if (this.current === request) {
			this.append(request, run, '');
			this.mark('done');
		}
		return null;
	}

	private append({ prompt, tokens: wanted }: GenerationRequest, { id, step }: GenerationRequest['runs'][number], piece: string): void {
		const before = this.state.texts.get(id);
		const text: GeneratedText = before?.state === 'writing' ? before : { prompt, text: '', step, tokens: 0, wanted, state: 'writing' };
		const longer = { ...text, text: text.text + piece, tokens: text.tokens + (piece === '' ? 0 : 1) };
		this.state = { ...this.state, texts: new Map(this.state.texts).set(id, longer) };
		this.timer ??= setTimeout(() => this.publish(), NOTIFY_INTERVAL);
	}

	private end(): void {
		this.markStopped();
		this.current = null;
		this.state = { ...this.state, waiting: [] };
		this.publish();
	}

	private markStopped(): void {
		this.mark('stopped');
	}

	/** Sets the state of the text in progress. */
	private mark(state: 'done' | 'stopped'): void {
		const texts = new Map(this.state.texts);
		for (const [run, text] of texts) if (text.state === 'writing') texts.set(run, { ...text, state });
		this.state = { ...this.state, texts };
	}

	private publish(): void {
		if (this.timer !== null) clearTimeout(this.timer);
		this.timer = null;
		this.published.set(this.state);
	}
}
