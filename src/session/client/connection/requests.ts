import type { ForwardPassResult } from '../../../experiment/records/forwardPass';
import type { Command, Estimate, Event, NamedFile } from '../protocol';

type Request = Extract<Command, { id: number }>;
export type RequestType = Request['type'];

/** A checkpoint's files after `step` updates. */
export interface Checkpoint {
	step: number;
	files: NamedFile[];
}

/** What resolves each request. */
interface Answers {
	estimate: Estimate;
	look: ForwardPassResult;
	checkpoint: Checkpoint;
	generate: null;
}

/** What each request may report before it is answered. */
interface Parts {
	estimate: Estimate;
	look: never;
	checkpoint: never;
	/** The next piece of the text. */
	generate: string;
}

type Arguments<Type extends RequestType> = Omit<Extract<Request, { type: Type }>, 'id'>;

/** Sends a request to the worker. Rejects with the worker's message, or with `RequestAbandoned`. */
export type SendRequest = <Type extends RequestType>(
	command: Arguments<Type> & { type: Type },
	onPart?: (part: Parts[Type]) => void,
) => Promise<Answers[Type]>;

/** No answer will come: the run was removed, a later request took its place, or the worker stopped. */
export class RequestAbandoned extends Error {
	override name = 'RequestAbandoned';
}

interface Pending {
	command: Request;
	resolve(answer: unknown): void;
	reject(error: Error): void;
	onPart?(part: unknown): void;
}

/** Requests that the worker has not answered yet, by id. */
export class Requests {
	private readonly pending = new Map<number, Pending>();
	private lastId = 0;
	/** Why no request is answered any more. */
	private closed: string | null = null;

	constructor(private readonly post: (command: Command) => void) {}

	readonly send: SendRequest = (command, onPart) =>
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
				onPart: onPart as Pending['onPart'],
			});
			this.post(request);
		});

	/** Passes an event of the worker to the request that it belongs to. */
	receive(event: Event): void {
		// An error names no request.
		if (event.type === 'error') this.failUnnamed(event.message);
		const reply = replyOf(event);
		const pending = reply && this.pending.get(reply.id);
		if (!pending) return;
		if (reply.kind === 'part') {
			pending.onPart?.(reply.part);
			return;
		}
		if (event.type === 'generated' && event.text !== '') pending.onPart?.(event.text);
		this.pending.delete(reply.id);
		if (reply.kind === 'answer') pending.resolve(reply.answer);
		else pending.reject(new Error(reply.message));
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

	private failUnnamed(message: string): void {
		for (const [id, { command, reject }] of [...this.pending]) {
			if (command.type !== 'checkpoint' && command.type !== 'generate') continue;
			this.pending.delete(id);
			reject(new Error(message));
		}
	}
}

type Reply =
	| { id: number; kind: 'part'; part: unknown }
	| { id: number; kind: 'answer'; answer: unknown }
	| { id: number; kind: 'failed'; message: string };

/** The reply that an event is; null if it is none. */
function replyOf(event: Event): Reply | null {
	switch (event.type) {
		case 'estimate':
			// The worker may correct it once it has measured the device.
			return { id: event.id, kind: 'part', part: event.estimate };
		case 'looked':
			return { id: event.id, kind: 'answer', answer: event.look };
		case 'checkpoint':
			return { id: event.id, kind: 'answer', answer: { step: event.step, files: event.files } };
		case 'generated':
			if (event.done) return { id: event.id, kind: 'answer', answer: null };
			return { id: event.id, kind: 'part', part: event.text };
		case 'lookFailed':
		case 'generationFailed':
			return { id: event.id, kind: 'failed', message: event.message };
		default:
			return null;
	}
}
