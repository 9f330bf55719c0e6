import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../src/experiment/fields';
import { decodeLink, encodeLink, linkProblems } from '../../src/experiment/link';
import { findPreset, PRESETS } from '../../src/experiment/presets';
import type { Experiment } from '../../src/experiment/types';
import { checkExperiment } from '../../src/experiment/validate';
import { randomExperiment } from './random';

describe('links', () => {
	it('round-trip every experiment, also as a part of an address that a browser has normalised', () => {
		let longest = 0;
		for (let seed = 0; seed < 1000; seed++) {
			const experiment = randomExperiment(seed);
			const hash = encodeLink(experiment);
			expect(decodeLink(hash), hash).toEqual({ experiment, problems: [] });
			const address = new URL(`https://example.org/lab/?x=1#${hash}`).href;
			expect(decodeLink(address), address).toEqual({ experiment, problems: [] });
			longest = Math.max(longest, hash.length);
		}
		expect(longest).toBeLessThan(2000);
	});

	it('hold only fields that differ from the defaults, in readable form', () => {
		expect(encodeLink(defaultExperiment())).toBe('v=1');
		const experiment = { ...defaultExperiment(), task: 'backcopy' as const, methods: ['vanilla', 'resformer:learnable'], layers: 3 };
		expect(encodeLink(experiment)).toBe('task=backcopy&methods=vanilla,resformer:learnable&layers=3&v=1');
		expect(encodeLink({ ...defaultExperiment(), methods: ['resformer:sparse(3;1;layers=3.4)+gqa:2'], seeds: [1, 2] })).toBe(
			'methods=resformer:sparse(3;1;layers=3.4)+gqa:2&seeds=1,2&v=1',
		);
		expect(encodeLink({ ...experiment, triggerCharacters: ' &#%e' })).toContain('triggerCharacters=%20%26%23%25e&');
		for (const preset of PRESETS)
			expect(decodeLink(encodeLink(preset.experiment))).toEqual({ experiment: preset.experiment, problems: [] });
	});

	it("hold a short text of the user's, and report if a long one is left out", () => {
		const own = (text: string): Experiment => ({ ...defaultExperiment(), task: 'own-text', text, sequenceLength: 8 });
		const short = own('Ἄνδρα μοι ἔννεπε, & 100 % #1 + 🐋\n'.repeat(20));
		expect(linkProblems(short)).toEqual([]);
		expect(decodeLink(encodeLink(short))).toEqual({ experiment: short, problems: [] });
		const limit = own('🐋e'.repeat(1000));
		expect(decodeLink(encodeLink(limit)).experiment).toEqual(limit);
		const long = own(`${limit.text}!`);
		expect(encodeLink(long)).toBe('task=own-text&sequenceLength=8&v=1');
		expect(linkProblems(long)).toEqual([{ field: 'text', message: expect.stringMatching(/2001 characters, more than the 2000/) }]);
		const { experiment, problems } = decodeLink(encodeLink(long));
		expect(experiment.task).toBe('text');
		expect(problems).toEqual([
			{ field: 'text', message: expect.stringMatching(/needs a text, pasted or dropped \(a link holds only short/) },
		]);
	});

	it('read a whole address, a hash, or nothing', () => {
		const wanted = { experiment: { ...defaultExperiment(), layers: 3 }, problems: [] };
		for (const link of ['layers=3', '#layers=3', ' https://a.example/b?c=d#layers=3&v=1 ', 'layers=3&&v=1', '#version=1&layers=3'])
			expect(decodeLink(link)).toEqual(wanted);
		// A program that carries links may turn the hash into a query.
		expect(decodeLink('https://a.example/b?layers=3')).toEqual(wanted);
		for (const link of ['', '#', 'http://localhost:5173/'])
			expect(decodeLink(link)).toEqual({ experiment: defaultExperiment(), problems: [] });
	});

	it('take plus signs, encoded or not, as plus signs', () => {
		for (const link of ['methods=svformer+gqa:2,vanilla', 'methods=svformer%2Bgqa%3A2%2Cvanilla']) {
			expect(decodeLink(link)).toMatchObject({ experiment: { methods: ['svformer+gqa:2', 'vanilla'] }, problems: [] });
		}
	});

	it('start from a preset', () => {
		expect(decodeLink('preset=backcopy&seed=5')).toEqual({
			experiment: { ...findPreset('backcopy')?.experiment, seeds: [5] },
			problems: [],
		});
	});

	it('use the default for each invalid field, and report it', () => {
		const { experiment, problems } = decodeLink('layers=99&heads=2&hidenSize=32&methods=vanila&batchSize=ten&seeds=1,x');
		expect(experiment).toEqual({ ...defaultExperiment(), heads: 2 });
		expect(problems.map((problem) => problem.field)).toEqual(['layers', 'hidenSize', 'methods', 'batchSize', 'seeds']);
		expect(problems[0].message).toBe('layers must be a whole number from 1 to 32, not 99; using 4');
		expect(problems[1].message).toBe('unknown field `hidenSize`: did you mean `hiddenSize`?');
		expect(problems[3].message).toBe('batchSize must be a whole number from 1 to 1024, not "ten"; using 16');
	});

	it('name the fields that were reset because of a broken rule', () => {
		const { experiment, problems } = decodeLink('heads=8&hiddenSize=100');
		expect(experiment).toEqual(defaultExperiment());
		expect(problems).toEqual([{ field: 'heads', message: 'heads 8 must divide hiddenSize 100; using heads 4 and hiddenSize 64' }]);
	});

	it('report bad encoding, repeated fields and other versions', () => {
		expect(decodeLink('triggerCharacters=%E0%A4%A&layers=3')).toMatchObject({
			experiment: { layers: 3 },
			problems: [{ field: 'triggerCharacters' }],
		});
		expect(decodeLink('layers=2&layers=3')).toMatchObject({ experiment: { layers: 3 }, problems: [{ field: 'layers' }] });
		expect(decodeLink('v=2&layers=3')).toMatchObject({ experiment: { layers: 3 }, problems: [{ field: 'version' }] });
		expect(decodeLink('__proto__=1').problems[0].message).toMatch(/^unknown field `__proto__`/);
		expect(decodeLink('layers').problems[0].message).toMatch(/^layers must be/);
	});

	it('never throw, and always give an experiment that runs', () => {
		const generator = xoroshiro128plus(3);
		const pieces = [
			'layers',
			'heads',
			'methods',
			'seeds',
			'triggerCharacters',
			'task',
			'preset',
			'v',
			'=',
			'=',
			'=',
			'&',
			'&',
			',',
			'+',
			'#',
			'%',
			'%20',
			'0',
			'1',
			'7',
			'gqa:3',
			'backcopy',
			'own-text',
			'mqar',
			'modular-addition',
			'text',
			'pairs',
			'sequenceLength',
			'://',
			'\ud83d',
			'(',
			')',
			'null',
		];
		for (let round = 0; round < 3000; round++) {
			const text = Array.from({ length: uniformInt(generator, 0, 14) }, () => pieces[uniformInt(generator, 0, pieces.length - 1)]).join('');
			expect(checkExperiment(decodeLink(text).experiment), text).toEqual([]);
		}
		expect(encodeLink({ ...defaultExperiment(), triggerCharacters: '\ud83d' })).toContain('triggerCharacters=%EF%BF%BD');
	});
});
