/**
 * Records results of a preset, which the page shows before anything is trained:
 *   npm run record -- PRESET        writes public/recorded/PRESET.json
 * Trains the preset on this machine's GPU with the page's worker and store, so that the results are those that the page would show.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { openDawn } from '../src/cli/dawn';
import { findPreset, PRESETS } from '../src/experiment/presets';
import { GpuContext } from '../src/gpu/gpuContext';
import { resultsOf } from '../src/session/client/results/resultsFromRuns';
import { LabStore } from '../src/session/client/store/labStore';
import { Lab } from '../src/session/worker/lab';

/** Attention maps take most of a file, so only those of the first seed are kept. */
const FIRST_SEED = { points: 240, frames: 12, frameCharacters: 600_000 };
const OTHER_SEEDS = { ...FIRST_SEED, frames: 0 };

export async function main([name]: string[]): Promise<number> {
	const preset = findPreset(name ?? '');
	if (!preset) {
		console.error(`usage: npm run record -- PRESET, one of ${PRESETS.map((known) => known.name).join(', ')}`);
		return 2;
	}
	const { experiment } = preset;
	const dawn = openDawn();
	const store = new LabStore();
	store.begin(experiment);
	await new Promise<void>((resolve, reject) => {
		const lab = new Lab(
			() => GpuContext.open(dawn.gpu),
			(event) => {
				store.receive(event);
				if (event.type === 'finished') console.error(`${event.run} finished after ${event.steps} steps`);
				else if (event.type === 'error') reject(new Error(event.message));
				else if (event.type === 'unavailable') reject(new Error(event.reason));
				else if (event.type === 'state' && event.state === 'finished') resolve();
			},
		);
		lab.handle({ type: 'start', experiment, paused: false }).catch(reject);
	});
	// The store publishes what it has received a moment later.
	await new Promise<void>((resolve) => {
		const check = () => {
			if (store.getSnapshot().state !== 'finished') return;
			stop();
			resolve();
		};
		const stop = store.subscribe(check);
		check();
	});
	const { runs, adapter } = store.getSnapshot();
	const occasion = { experiment, adapter: adapter?.name ?? null, when: new Date() };
	const isFirst = ({ info }: (typeof runs)[number]) => info.seed === experiment.seeds[0];
	const shown = resultsOf(runs.filter(isFirst), occasion, FIRST_SEED);
	const rest = resultsOf(
		runs.filter((run) => !isFirst(run)),
		occasion,
		OTHER_SEEDS,
	);
	const order = runs.map(({ info }) => info.id);
	const results = { ...shown, runs: [...shown.runs, ...rest.runs].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id)) };
	await mkdir('public/recorded', { recursive: true });
	const file = `public/recorded/${preset.name}.json`;
	await writeFile(file, `${JSON.stringify(results)}\n`);
	console.error(`wrote ${file}`);
	return 0;
}
