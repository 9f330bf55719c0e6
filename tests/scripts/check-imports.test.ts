import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkImports, cycles, importsOf, violations } from '../../scripts/check-imports.mjs';

describe('importsOf', () => {
	it('finds every way to name another module, and no comment or string', () => {
		const source = `
			import a from './a';
			import type { B } from './b';
			import { type C } from './c';
			import './d';
			export * from './e';
			export type { F } from './f';
			export const g = () => import('./g');
			export type H = import('./h').H;
			export const all = import.meta.glob<string>(['/shaders/*.wgsl', '!/shaders/x.wgsl'], { query: '?raw' });
			export const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
			export const link = new URL('./page', 'https://example.org');
			// import './no';
			/* import './no'; */
			export const text = "import './no'";
		`;
		const found = importsOf(source, 'x.ts');
		const named = ['./a', './b', './c', './d', './e', './f', './g', './h', '/shaders/*.wgsl', '/shaders/x.wgsl', './worker.ts'];
		expect(found.map((each) => each.specifier)).toEqual(named);
		expect(found[1].line).toBe(3);
		expect(found.filter((each) => each.address).map((each) => each.specifier)).toEqual(['./worker.ts']);
	});

	it('reads JSX', () => {
		expect(importsOf(`import { A } from './a';\nexport const B = () => <A<string> x="./no" />;`, 'b.tsx')).toHaveLength(1);
	});
});

describe('violations', () => {
	it('lets a module import itself, what the table allows, and packages', () => {
		const source = `import './op'; import '../graph/tensor'; import 'pure-rand';`;
		expect(violations('src/compiler/plan.ts', source)).toEqual([]);
		expect(violations('src/gpu/kernels.ts', `import.meta.glob('/shaders/*.wgsl')`)).toEqual([]);
	});

	it('refuses the opposite direction, for types too', () => {
		expect(violations('src/graph/ops/add.ts', `import '../op';\nimport type { Plan } from '../../compiler/plan';`)).toEqual([
			'src/graph/ops/add.ts:2: graph may not import src/compiler/plan',
		]);
	});

	it('keeps GPU code out of the page’s first bundle', () => {
		expect(violations('src/ui/main.tsx', `import '../gpu/adapter';`)).toHaveLength(1);
		expect(violations('src/ui/main.tsx', `import '../session/worker/main';`)).toHaveLength(1);
		expect(violations('src/session/client/client.ts', `import '../worker/main';`)).toHaveLength(1);
	});

	it('lets the client start the worker by its address', () => {
		const start = `new Worker(new URL('../worker/main.ts', import.meta.url));`;
		expect(violations('src/session/client/client.ts', start)).toEqual([]);
		expect(violations('src/session/client/client.ts', `import W from '../worker/main?worker';`)).toEqual([]);
		expect(violations('src/ui/main.tsx', start)).toHaveLength(1);
	});

	it('lets the worker know the protocol, and nothing else of the client', () => {
		expect(violations('src/session/worker/main.ts', `import type { Event } from '../client/protocol';`)).toEqual([]);
		expect(violations('src/session/worker/main.ts', `import '../client/store';`)).toHaveLength(1);
	});

	it('refuses files outside the modules, on either side', () => {
		expect(violations('src/helpers.ts', '')).toEqual(['src/helpers.ts: belongs to no module']);
		expect(violations('src/graph/op.ts', `import '../support/webgpu';`)).toHaveLength(1);
		expect(violations('src/graph/op.ts', `import '../graphics/x';`)).toHaveLength(1);
	});
});

describe('features of the page', () => {
	it('import their own folder, what all features share, and the client', () => {
		const source = `import './RunRow'; import '../shared/Menu'; import '../measures/table'; import '../../session/client/port';`;
		expect(violations('src/ui/runs/RunTable.tsx', source)).toEqual([]);
		expect(violations('src/ui/runs/fork/ForkDialog.tsx', `import '../RunRow'; import '../../shared/Menu';`)).toEqual([]);
	});

	it('import no other feature, and not the shell; the shell imports them all', () => {
		expect(violations('src/ui/runs/RunTable.tsx', `import type { Cell } from '../charts/cell';`)).toEqual([
			'src/ui/runs/RunTable.tsx:1: ui/runs may not import src/ui/charts/cell: a feature imports no other',
		]);
		expect(violations('src/ui/runs/RunTable.tsx', `import '../App';`)).toHaveLength(1);
		expect(violations('src/ui/App.tsx', `import './runs/RunTable'; import './charts/LossPanel';`)).toEqual([]);
	});

	it('are not imported by what they share', () => {
		expect(violations('src/ui/shared/Menu.tsx', `import '../theme/colour';`)).toEqual([]);
		expect(violations('src/ui/shared/Menu.tsx', `import '../runs/RunTable';`)).toHaveLength(1);
	});
});

describe('cycles', () => {
	const graph = (edges: Record<string, string>) => new Map(Object.entries(edges).map(([file, targets]) => [file, [...targets]]));

	it('finds none where imports only share files', () => {
		expect(cycles(graph({ a: 'bc', b: 'd', c: 'd', d: '' }))).toEqual([]);
	});

	it('finds the shortest one of each tangle, and a file that imports itself', () => {
		const found = cycles(graph({ a: 'b', b: 'c', c: 'ad', d: 'ec', e: '', f: 'f' }));
		expect(found.map((cycle) => cycle.join(''))).toEqual(['cd', 'f']);
	});

	it('walks deep graphs, and ones with many ways to the same file', () => {
		const names = Array.from({ length: 200 }, (_, i) => `file ${i}`);
		const ladder = new Map(names.map((name, i) => [name, names.slice(i + 1, i + 4)]));
		expect(cycles(ladder)).toEqual([]);
		ladder.set('file 199', ['file 0']);
		expect(cycles(ladder)[0]).toHaveLength(68);
	});
});

describe('checkImports', () => {
	const base = mkdtempSync(join(tmpdir(), 'check-imports-'));
	const write = (path: string, source: string) => {
		mkdirSync(dirname(join(base, path)), { recursive: true });
		writeFileSync(join(base, path), source);
	};
	afterEach(() => rmSync(base, { recursive: true, force: true }));

	it('catches a violation in a tree of files', () => {
		write('src/graph/op.ts', `export const a = 1;`);
		write('src/compiler/plan.ts', `export { a } from '../graph/op';`);
		expect(checkImports(base)).toEqual({ files: 2, lines: [] });
		write('src/graph/bad.ts', `export { a } from '../compiler/plan';`);
		expect(checkImports(base).lines).toEqual(['src/graph/bad.ts:1: graph may not import src/compiler/plan']);
	});

	it('prints the path of a cycle, through types and index files too', () => {
		write('src/graph/op.ts', `import type { Node } from './nodes';`);
		write('src/graph/nodes/index.ts', `export * from './leaf';`);
		write('src/graph/nodes/leaf.ts', `export const make = () => import('../op');`);
		expect(checkImports(base).lines).toEqual([
			'import cycle: src/graph/nodes/index.ts → src/graph/nodes/leaf.ts → src/graph/op.ts → src/graph/nodes/index.ts',
		]);
	});
});
