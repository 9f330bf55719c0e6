import { defaultExperiment } from '../../../src/experiment/fields';
import type { RunInfo } from '../../../src/experiment/records/run';
import type { LabPort } from '../../../src/session/client/connection/port';
import type { Command, Event } from '../../../src/session/client/protocol';

/** A port without a worker: keeps the client's commands, accepts every start, and posts the events that the test wants. */
export class FakePort implements LabPort {
	readonly sent: Command[] = [];
	onmessage: LabPort['onmessage'] = null;
	onerror: LabPort['onerror'] = null;
	ended = false;
	/** Set if starts are not accepted. */
	refusesStarts = false;

	postMessage(command: Command): void {
		this.sent.push(structuredClone(command));
		if (command.type !== 'start' || this.refusesStarts) return;
		this.say({ type: 'started', experiment: command.experiment, fromCheckpoint: command.checkpoint !== undefined });
	}

	terminate(): void {
		this.ended = true;
	}

	/** An event of the worker. */
	say(event: Event): void {
		this.onmessage?.({ data: event });
	}

	/** Every command of one type that was sent. */
	of<Type extends Command['type']>(type: Type): Extract<Command, { type: Type }>[] {
		return this.sent.filter((command) => command.type === type) as Extract<Command, { type: Type }>[];
	}
}

/** A run with plausible numbers. */
export function runInfo(method: string, seed = 1, label = method): RunInfo {
	return {
		id: `${method}-${seed}`,
		method,
		group: method,
		label,
		seed,
		point: 0,
		experiment: { ...defaultExperiment(), methods: [method], seeds: [seed] },
		fork: null,
		lambdaEdits: [],
		parameters: 224_384,
		kvCacheBytesPerToken: 2048,
		gpuBytes: 6e6,
	};
}

/** A `steps` event with these losses. */
export function stepsEvent(run: string, first: number, losses: number[]): Event {
	const column = new Float32Array(losses.length);
	return {
		type: 'steps',
		run,
		first,
		losses: Float32Array.from(losses),
		gradNorms: column,
		learningRates: column,
		seconds: column,
		tokensPerSecond: 60_000,
	};
}
