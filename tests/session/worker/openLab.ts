/** The training worker without a page. */
import { expect } from 'vitest';
import { readExperiment } from '../../../src/experiment/validate';
import { GpuContext } from '../../../src/gpu/gpuContext';
import type { Command, Event, RequestName, RequestTypes } from '../../../src/session/client/protocol';
import { Lab } from '../../../src/session/worker/lab';
import type { WeightFiles } from '../../../src/session/worker/storage/weightFiles';
import { openTestGpu } from '../../support/webgpu';
import { TINY } from '../../training/tiny';

const MEASURED = { ...TINY, steps: 8, validateEvery: 4, probeEvery: 4 };

/** A lab without a page: commands go in, events are kept. */
export function openLab(gpu: () => GPU | undefined = () => openTestGpu().gpu, budget?: () => number, files: WeightFiles | null = null) {
	const events: Event[] = [];
	const waiting: { fits: (event: Event) => boolean; resolve: (event: Event) => void }[] = [];
	const lab = new Lab(
		(timestamps) => GpuContext.open(gpu(), undefined, timestamps),
		(event) => {
			events.push(event);
			for (const { fits, resolve } of waiting) if (fits(event)) resolve(event);
		},
		budget && { budget },
		files,
	);
	return {
		events,
		of: <T extends Event['type']>(type: T) => events.filter((event) => event.type === type) as Extract<Event, { type: T }>[],
		answersTo: <N extends RequestName>(name: N) =>
			events.flatMap((event) => (event.type === 'answer' && event.request === name ? [event.answer as RequestTypes[N]['answer']] : [])),
		send: (command: Command) => lab.handle(command),
		until: (fits: (event: Event) => boolean) => new Promise<Event>((resolve) => waiting.push({ fits, resolve })),
	};
}

export const experimentOf = (fields: Record<string, unknown>) => {
	const { experiment, problems } = readExperiment({ ...MEASURED, ...fields });
	expect(problems).toEqual([]);
	return experiment;
};

export const isState = (state: string) => (event: Event) => event.type === 'state' && event.state === state;
