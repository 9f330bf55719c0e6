import type { Command, Event, Request, RequestName, RequestTypes } from '../protocol';

/** Sends a request to the worker. Rejects with the worker's message, or with `RequestAbandoned`. */
export type SendRequest = <Name extends RequestName>(
	command: { type: Name } & RequestTypes[Name]['arguments'],
	onProgress?: (progress: RequestTypes[Name]['progress']) => void,
) => Promise<RequestTypes[Name]['answer']>;

/** No answer will come: the run was removed, a later request took its place, or the worker stopped. */
export class RequestAbandoned extends Error {
	override name = 'RequestAbandoned';
}

interface Pending {
	command: Request;
	resolve(answer: unknown): void;
	reject(error: Error): void;
	onProgress?(progress: unknown): void;
}

/** Requests that the worker has not answered yet, by id. */
export class Requests {
	private readonly pending = new Map<number, Pending>();
	private lastId = 0;
	/** The reason if the worker has stopped and answers nothing; null while it runs. */
	private closed: string | null = null;

	constructor(private readonly post: (command: Command) => void) {}

	readonly send: SendRequest = (command, onProgress) =>
		new Promise((resolve, reject) => {
			if (this.closed !== null) {
				reject(new RequestAbandoned(this.closed));
				return;
			}
			const id = ++this.lastId;
			const request = { ...command, id } as unknown as Request;
			this.pending.set(id, {
				command: request,
				resolve: resolve as (answer: unknown) => void,
				reject,
				onProgress: onProgress as Pending['onProgress'],
			});
			this.post(request);
		});

	/** Passes an event of the worker to the request that it belongs to. */
	receive(event: Event): void {
		if (event.type !== 'progress' && event.type !== 'answer' && event.type !== 'failed') return;
		const pending = this.pending.get(event.id);
		if (!pending) return;
		if (event.type === 'progress') {
			pending.onProgress?.(event.progress);
			return;
		}
		this.pending.delete(event.id);
		if (event.type === 'answer') pending.resolve(event.answer);
		else pending.reject(new Error(event.message));
	}

	/** Rejects pending requests with `RequestAbandoned`: those that `which` returns true for, else all. */
	abandon(reason: string, which: (command: Request) => boolean = () => true): void {
		for (const [id, { command, reject }] of [...this.pending]) {
			if (!which(command)) continue;
			this.pending.delete(id);
			reject(new RequestAbandoned(reason));
		}
	}

	/** Abandons every request, also those to come: the worker has stopped. */
	close(reason: string): void {
		this.closed = reason;
		this.abandon(reason);
	}

	/** Another worker answers from now on. */
	reopen(): void {
		this.closed = null;
	}
}
