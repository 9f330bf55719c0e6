import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, it } from 'vitest';
import { experimentFile, lab, scratch } from './lab';

const small = {
	layers: 2,
	heads: 2,
	hiddenSize: 16,
	intermediateSize: 24,
	steps: 60,
	warmupSteps: 3,
	validationBatches: 2,
	methods: ['svformer', 'vanilla'],
	seeds: [1, 2],
	sweep: [
		{ sequenceLength: 16, batchSize: 4 },
		{ sequenceLength: 8, batchSize: 8, steps: 39 },
		{ layers: 3, learningRate: 0.01 },
	],
};
/** Kills of one sweep, after which it may end. */
const KILLS = 5;
/** Longest time from the first output to a kill, ms. */
const LONGEST = 8000;

it('a sweep that is killed at random moments prints the lines of one that is not', async () => {
	const experiment = experimentFile('sweep.json', small);
	const whole = await lab(['sweep', experiment, '--json']);
	expect(whole.code, whole.stderr).toBe(0);
	const seed = Date.now();
	const generator = xoroshiro128plus(seed);
	const out = join(scratch(), 'killed.jsonl');
	for (let sweep = 0; sweep < 2; sweep++) {
		rmSync(out, { force: true });
		for (let kill = 0; ; kill++) {
			let timer: NodeJS.Timeout | undefined;
			const { code, stdout, stderr } = await lab(['sweep', experiment, '--json', '--out', out], {
				watch(_, child) {
					if (kill < KILLS) timer ??= setTimeout(() => child.kill('SIGKILL'), uniformInt(generator, 0, LONGEST));
				},
			});
			clearTimeout(timer);
			expect(whole.stdout.startsWith(stdout.slice(0, stdout.lastIndexOf('\n') + 1))).toBe(true);
			if (kill >= KILLS) expect(code, stderr).toBe(0);
			if (code !== 0) continue;
			expect(stdout, `seed ${seed}`).toBe(whole.stdout);
			break;
		}
		expect(readFileSync(out, 'utf8').split('\n')).toHaveLength(14);
	}
});
