/** Trains vanilla on a preset's task for all of its steps. */
import { loadMobyDick } from '../../src/data/mobyDick';
import { createTask } from '../../src/data/tasks';
import { findPreset } from '../../src/experiment/presets';
import { readsBook } from '../../src/experiment/tasks';
import type { Experiment } from '../../src/experiment/types';
import { GpuContext } from '../../src/gpu/gpuContext';
import { newRuns, Session } from '../../src/training/session';
import { openTestGpu } from './webgpu';

/** The task's numbers after the last step, and the time that the training took. */
export async function solve(preset: string): Promise<{ metrics: Record<string, number>; seconds: number }> {
	const published = findPreset(preset)?.experiment;
	if (!published) throw new Error(`no preset ${preset}`);
	const experiment: Experiment = {
		...published,
		methods: ['vanilla'],
		seeds: published.seeds.slice(0, 1),
		validateEvery: 0,
		probeEvery: 0,
	};
	const opened: GpuContext[] = [];
	const open = async () => {
		const gpu = await GpuContext.open(openTestGpu().gpu);
		opened.push(gpu);
		return gpu;
	};
	let metrics: Record<string, number> = {};
	const task = createTask(experiment, readsBook(experiment) ? await loadMobyDick() : '');
	const session = new Session(newRuns(experiment, task), await open(), open, {
		finished: (_, found) => {
			metrics = Object.fromEntries(Object.entries(found).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
		},
	});
	try {
		await session.admitWaiting();
		const start = performance.now();
		await session.train();
		return { metrics, seconds: (performance.now() - start) / 1000 };
	} finally {
		await session.close();
		for (const gpu of opened) gpu.close();
	}
}
