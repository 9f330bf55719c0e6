/** References in comments and docs lead somewhere: sections of docs/METHODS.md, the symbols of its glossary, and files. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OLDEST_CHROME } from '../../src/experiment/records/adapter';

const root = new URL('../../', import.meta.url).pathname;
const read = (path: string) => readFileSync(root + path, 'utf8');
const below = (folder: string) =>
	readdirSync(root + folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name.replaceAll('\\', '/')}`);

const files = [...readdirSync(root), ...['src', 'shaders', 'tests', 'scripts', 'docs', 'public'].flatMap(below)];
const sources = files.filter((path) => /\.(tsx?|mjs|wgsl|css)$/.test(path) && !path.startsWith('tests/docs/'));
// The fixtures' page describes them with the terms of the PyTorch source that made them.
const pages = files.filter((path) => path.endsWith('.md') && !path.startsWith('tests/oracle/'));
const code = sources.filter((path) => path.startsWith('src/')).map(read);
const methods = read('docs/METHODS.md');

/** Comments of a source file, with the line breaks inside of them gone. */
const commentsOf = (source: string): string[] =>
	[...source.matchAll(/(?<=^|\s)\/\*[\s\S]*?\*\/|(?:(?:^|\s)\/\/[^\n]*\n?)+/g)].map(([comment]) =>
		comment.replace(/\s*\n\s*(\*(?!\/)|\/\/)?\s*/g, ' '),
	);

/** `path: finding` for everything that `find` returns of each file's text. */
const findings = (paths: readonly string[], find: (text: string) => string[]): string[] =>
	paths.flatMap((path) => find(read(path)).map((finding) => `${path}: ${finding}`));

describe('docs/METHODS.md', () => {
	const sections = [...methods.matchAll(/^## (\d+)\. /gm)].map(([, number]) => number);

	/** Citations without a section that exists. */
	const wrong = (text: string): string[] =>
		[...text.matchAll(/\S*METHODS\.md(?: sections? (\d(?:(?:, | and )\d)*))?/g)]
			.filter(([citation, numbers]) => {
				const cited = numbers?.split(/, | and /) ?? [];
				return !/^[`'([]*docs\/METHODS\.md section/.test(citation) || !cited.every((number) => sections.includes(number));
			})
			.map(([citation]) => citation);

	it('is cited by section in comments and tests', () => {
		const quoted = (source: string) => source.match(/'[^'\n]*METHODS\.md[^'\n]*'/g) ?? [];
		expect(findings(sources, (source) => [...commentsOf(source), ...quoted(source)].flatMap(wrong))).toEqual([]);
	});

	it('has a glossary of terms whose symbols are in src', () => {
		const terms = [...methods.slice(methods.indexOf('Glossary')).matchAll(/^\| ([^|]+) \| [^|]+ \| `(\w+)` \|$/gm)];
		expect(terms.length).toBeGreaterThanOrEqual(30);
		for (const [, term, symbol] of terms) {
			const word = new RegExp(`\\b${symbol}\\b`);
			expect(
				code.some((source) => word.test(source)),
				`${term}: ${symbol}`,
			).toBe(true);
		}
	});
});

describe('files that are named', () => {
	const names = new Set(files.map((path) => basename(path)));
	const paths = new Set(files);
	/** Named as examples, or belonging to other projects and to folders that tests and builds make. */
	const ELSEWHERE = /^(CHANGELOG|README|worker)\.(md|ts)$|node_modules|^https?:|[*…<>{}$]/;

	const missing = (text: string): string[] =>
		[...text.matchAll(/[\w@.…*<>{}$/-]*[\w*}>]\.(?:tsx?|mjs|wgsl|css|md)\b|(?<![\w./-])(?:src|shaders|tests|docs|scripts)\/[\w./-]*\w/g)]
			.map(([name]) => name.replace(/^(\.\.?\/)+/, ''))
			.filter((name) => !ELSEWHERE.test(name) && !paths.has(name) && !(!name.includes('/') && names.has(name)))
			// `graph/ops/mix.ts` without the src in front, and `src/graph` without an ending.
			.filter((name) => ![...paths].some((path) => path.endsWith(`/${name}`) || path.startsWith(`${name}.`)));

	it('in comments exist', () => {
		expect(findings(sources, (source) => commentsOf(source).flatMap(missing))).toEqual([]);
	});

	it('in docs exist', () => {
		expect(findings(pages, missing)).toEqual([]);
	});
});

it('README.md names the oldest Chrome that the page accepts', () => {
	expect(read('README.md')).toContain(`Chrome ${OLDEST_CHROME} or newer`);
});
