/** Whatever can't be used ends with exit code 2, one line that says why, and nothing on stdout. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { oracleFolder } from './cases';
import { experimentFile, lab, scratch } from './lab';

async function expectRefusal(args: readonly string[], words: string | RegExp): Promise<void> {
	const { code, stdout, stderr } = await lab(args);
	expect(stderr).toMatch(/^lab: [^\n]+\n$/);
	expect(stderr).toMatch(words);
	expect(stdout).toBe('');
	expect(code).toBe(2);
}

describe('train refuses', () => {
	const files: [what: string, content: object | string, words: string | RegExp][] = [
		['a field that there is none of', { laers: 2 }, 'unknown field `laers`: did you mean `layers`?'],
		['a value out of range', { layers: 99 }, 'layers must be a whole number from 1 to 32, not 99'],
		['a value of another kind', { steps: '100' }, 'steps must be a whole number from 1 to 1000000, not "100"'],
		['fields that do not fit each other', { steps: 10, warmupSteps: 20 }, 'warmupSteps 20 must be at most steps 10'],
		['an unknown method', { methods: ['vanila'] }, '`vanilla`'],
		['an unknown preset in a file', { preset: 'dfault' }, 'unknown preset "dfault": did you mean `default`?'],
		['a list', [], 'an experiment must be a JSON object, not []'],
		['several mistakes, naming the first', { laers: 2, heads: 0 }, /`laers`.* \(and 1 more\)/],
		['a trigger that the text lacks', { task: 'backcopy', triggerCharacters: '日' }, 'triggerCharacters has `日`'],
		['JSON with a comma too many', '{\n  "layers": 3,\n}', /:3:1: invalid JSON: Expected double-quoted property name$/m],
		['JSON with a word that is none', '{\n  "layers": tree\n}', /:2:15: invalid JSON: Unexpected token 'e'$/m],
		['JSON that stops short', '{"layers": 3', /:1:13: invalid JSON: /],
		['an empty file', '', 'the file is empty; it must contain JSON'],
		['an outgrown model', { layers: 32, hiddenSize: 4096, intermediateSize: 16384, heads: 64 }, /MiB/],
	];
	it.each(files)('%s', async (_, content, words) => {
		const { code, stdout, stderr } = await lab(['train', experimentFile('bad.json', content), '--json']);
		// Dawn itself prints a line if a device was requested.
		const said = stderr.replace(/^Warning: .*\n/gm, '');
		expect(said).toMatch(/^lab: [^\n]+\n$/);
		expect(said).toMatch(words);
		expect([stdout, code]).toEqual(['', 2]);
	});

	const names: [what: string, args: string[], words: string | RegExp][] = [
		['a file that is not there', ['train', 'nowhere/experiment.json'], 'nowhere/experiment.json: no such file'],
		['a folder', ['train', 'src'], 'src is a folder; an experiment is a JSON file'],
		['an unknown preset', ['train', 'bckcopy'], 'did you mean the preset `backcopy`?'],
		['a link with a value out of range', ['train', '#heads=5&layers=99'], /layers must be a whole number from 1 to 32, not 99 \(/],
		['a link, without promising a default', ['train', 'https://example.org/#task=bckcopy'], /did you mean `backcopy`\?\n$/],
		['no experiment', ['train'], 'train needs an EXPERIMENT'],
		['two experiments', ['train', 'default', 'backcopy'], 'unexpected argument `backcopy`'],
		['an unknown option', ['train', 'default', '--step', '4'], 'unknown option `--step`: did you mean `--steps`?'],
		['steps without a number', ['train', 'default', '--steps'], '--steps needs a value'],
		['steps that are no count', ['train', 'default', '--steps', '-4'], '--steps must be a whole number of at least 1'],
		['more steps than the experiment has', ['train', 'default', '--steps', '401'], "more than the experiment's 400"],
		['an unknown command', ['trian', 'default'], 'unknown command `trian`: did you mean `train`?'],
		['no command', [], 'no command given'],
	];
	it.each(names)('%s', (_, args, words) => expectRefusal(args, words));
});

describe('a task of vectors', () => {
	it.each([
		[
			['generate', 'provable-sink', '--prompt', 'a'],
			'task trigger-conditional: models of this task read vectors instead of tokens, so they cannot write',
		],
		[
			['export', 'provable-sink', '--out', 'nowhere'],
			'task trigger-conditional: models of this task read vectors instead of tokens, so they have no',
		],
	])('%j is refused before anything is trained', (args, words) => expectRefusal(args, words));
});

describe('replay refuses', () => {
	const vanilla = join(oracleFolder, 'vanilla');
	const names: [what: string, args: string[], words: string | RegExp][] = [
		['a folder that is not there', ['replay', 'nowhere'], 'nowhere: no such folder'],
		['a folder without a case', ['replay', 'src'], 'src/config.json: no such file'],
		['more steps than batches', ['replay', vanilla, '--steps', '9'], /--steps 9: .*batches for only 8 steps/],
		[
			'a file for gradients where no folder is',
			['replay', vanilla, '--gradients', 'nowhere/g.safetensors'],
			'the folder nowhere does not exist',
		],
	];
	it.each(names)('%s', (_, args, words) => expectRefusal(args, words));

	it('a folder as the file for gradients, and does not touch it', async () => {
		const target = join(scratch(), 'folder');
		mkdirSync(target);
		await expectRefusal(['replay', vanilla, '--gradients', target], 'is a folder, not a file to write');
		expect(existsSync(target)).toBe(true);
	});
});

it('help goes to stdout, with exit code 0', async () => {
	for (const args of [['--help'], ['train', '--help'], ['replay', '-h']]) {
		const { code, stdout, stderr } = await lab(args);
		expect([code, stderr]).toEqual([0, '']);
		expect(stdout).toMatch(/^usage: npm run -s lab -- /);
	}
});
