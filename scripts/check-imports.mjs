/**
 * Checks the imports of src against the architecture (docs/DESIGN.md): modules import in one direction only, features of the page do not
 * import one another, and there are no import cycles. Type-only imports count too, because code that uses another module's types can't be
 * understood without that module.
 *   node scripts/check-imports.mjs [FOLDER]
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseAst } from 'vite';
import { root } from './setup/shell.mjs';

const engine = ['experiment', 'graph', 'model', 'compiler', 'gpu', 'data', 'checkpoint', 'analysis'];

/**
 * Module → the modules that it may import, apart from itself and npm packages.
 * @type {Record<string, string[]>}
 */
export const modules = {
	experiment: [],
	graph: [],
	model: ['graph', 'experiment'],
	compiler: ['graph'],
	// "Check my GPU" compares each op's kernels with its reference, and returns a record that the page reads.
	gpu: ['graph', 'compiler', 'shaders', 'experiment/records'],
	data: ['experiment'],
	checkpoint: ['model', 'experiment'],
	analysis: ['graph', 'model', 'experiment'],
	training: engine,
	generation: engine,
	// Both ends of the worker share the protocol's types and nothing else.
	export: [...engine, 'training', 'generation'],
	'session/worker': [...engine, 'training', 'generation', 'export', 'session/client/protocol'],
	'session/client': ['experiment'],
	ui: ['session/client', 'experiment'],
	cli: [...engine, 'training', 'generation', 'export'],
};

/** Folders of src/ui that every feature may import. Each other folder is a feature; files directly in src/ui are the shell around them. */
const sharedByFeatures = ['shared', 'measures', 'theme', 'css', 'actions'];

/**
 * Modules that may only be named by address, as in `new Worker(new URL('…', import.meta.url))`, which keeps their code out of the bundle.
 * @type {Record<string, string[]>}
 */
const addresses = { 'session/client': ['session/worker'] };

/** @param {string} path such as `src/ui/form/Field.tsx` */
function moduleOf(path) {
	return Object.keys(modules).find((name) => path.startsWith(`src/${name}/`));
}

/** @param {string} path @returns {string | undefined} the folder of src/ui that a file is in; undefined for the shell and other modules */
const folderOfPage = (path) => /^src\/ui\/([^/]+)\//.exec(path)?.[1];

/** @typedef {{ specifier: string, line: number, address: boolean }} Import */

/**
 * Every path that a module names in an import, export, type, glob or address.
 * @param {string} source TypeScript
 * @param {string} path its ending decides whether JSX is allowed
 * @returns {Import[]}
 */
export function importsOf(source, path) {
	/** @type {Import[]} */
	const found = [];
	/** @param {any} node the string, or an array of them @param {any} at @param {boolean} [address] */
	const add = (node, at, address = false) => {
		if (node?.type === 'ArrayExpression') for (const element of node.elements) add(element, at, address);
		// `!` at the start of a glob excludes files.
		else if (typeof node?.value === 'string')
			found.push({ specifier: node.value.replace(/^!/, ''), line: source.slice(0, at.start).split('\n').length, address });
		else if (node?.type === 'TSLiteralType') add(node.literal, at, address);
	};
	/** @param {any} node */
	const isMeta = (node) => node?.type === 'MetaProperty';
	/** @param {any} node */
	const visit = (node) => {
		if (Array.isArray(node)) return node.forEach(visit);
		if (!node || typeof node !== 'object') return;
		if (/^(Import|Export\w+)Declaration$|^ImportExpression$/.test(node.type)) add(node.source, node);
		if (node.type === 'TSImportType') add(node.source ?? node.argument, node);
		if (node.type === 'TSExternalModuleReference') add(node.expression, node);
		const { callee } = node;
		if (node.type === 'CallExpression' && isMeta(callee.object) && callee.property?.name === 'glob') add(node.arguments[0], node);
		if (node.type === 'NewExpression' && callee.name === 'URL' && isMeta(node.arguments[1]?.object)) add(node.arguments[0], node, true);
		for (const value of Object.values(node)) visit(value);
	};
	visit(parseAst(source, { lang: path.endsWith('x') ? 'tsx' : 'ts' }));
	return found;
}

/**
 * @param {string} path the importing file, relative to the root
 * @param {Import} named
 * @returns {string | undefined} the imported path without its query, relative to the root; undefined for packages
 */
function targetOf(path, { specifier }) {
	const plain = specifier.split('?')[0];
	if (!/^[./]/.test(plain)) return undefined;
	return plain.startsWith('/') ? plain.slice(1) : posix.normalize(posix.join(posix.dirname(path), plain));
}

/** @param {Import} named */
const byAddress = ({ specifier, address }) => address || /\b(shared)?worker\b/.test(specifier.split('?')[1] ?? '');

/** @param {string} target @param {string} place such as `src/graph`: a folder, or a file without its ending */
const inside = (target, place) => target === place || target.startsWith(`${place}/`) || target.startsWith(`${place}.`);

/**
 * Imports of one file that the architecture does not allow.
 * @param {string} path a file under src, with forward slashes, relative to the root
 * @param {string} source
 * @returns {string[]} one line per violation
 */
export function violations(path, source) {
	const module = moduleOf(path);
	if (!module) return path.endsWith('.d.ts') ? [] : [`${path}: belongs to no module`];
	return importsOf(source, path).flatMap((named) => {
		const target = targetOf(path, named);
		if (target === undefined) return [];
		const allowed = [module, ...modules[module], ...(byAddress(named) ? (addresses[module] ?? []) : [])];
		if (!allowed.some((name) => inside(target, name === 'shaders' ? name : `src/${name}`)))
			return [`${path}:${named.line}: ${module} may not import ${target}`];
		const [from, to] = [folderOfPage(path), folderOfPage(target)];
		if (from && to !== from && inside(target, 'src/ui') && !sharedByFeatures.includes(to ?? ''))
			return [`${path}:${named.line}: ui/${from} may not import ${target}: ${to ? 'a feature imports no other' : 'that is the shell'}`];
		return [];
	});
}

/**
 * @param {Map<string, string[]>} graph file → the files that it imports
 * @returns {string[][]} groups of files that all reach one another; a group of two or more contains a cycle
 */
function tangles(graph) {
	/** @type {Map<string, { index: number, low: number, open: boolean }>} Tarjan's strongly connected components */
	const seen = new Map();
	/** @type {string[]} */
	const stack = [];
	/** @type {string[][]} */
	const groups = [];
	/** @param {string} file */
	const visit = (file) => {
		const own = { index: seen.size, low: seen.size, open: true };
		seen.set(file, own);
		stack.push(file);
		for (const next of graph.get(file) ?? []) {
			const other = seen.get(next) ?? visit(next);
			if (other.open) own.low = Math.min(own.low, other.low);
		}
		if (own.low === own.index) {
			const group = stack.splice(stack.indexOf(file));
			for (const member of group) Object.assign(/** @type {object} */ (seen.get(member)), { open: false });
			groups.push(group);
		}
		return own;
	};
	for (const file of graph.keys()) if (!seen.has(file)) visit(file);
	return groups;
}

/**
 * Import cycles: the shortest one of each group of files that reach one another.
 * @param {Map<string, string[]>} graph file → the files that it imports
 * @returns {string[][]} the files of each cycle in order; the last imports the first
 */
export function cycles(graph) {
	return tangles(graph).flatMap((group) => {
		const paths = group.flatMap((start) => shortestWayBack(graph, start));
		return paths.length === 0 ? [] : [paths.reduce((best, path) => (path.length < best.length ? path : best))];
	});
}

/** @param {Map<string, string[]>} graph @param {string} start @returns {string[][]} one path, or none if no import leads back */
function shortestWayBack(graph, start) {
	const paths = [[start]];
	const reached = new Set();
	for (const path of paths) {
		for (const next of graph.get(path[path.length - 1]) ?? []) {
			if (next === start) return [path];
			if (!reached.has(next)) paths.push([...path, next]);
			reached.add(next);
		}
	}
	return [];
}

/** @param {string} base a project's root @returns {{ files: number, lines: string[] }} one line per violation */
export function checkImports(base) {
	const folder = join(base, 'src');
	const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
	const sources = new Map(
		names
			.filter((name) => /\.tsx?$/.test(name))
			.sort()
			.map((name) => [relative(base, join(folder, name)).split(sep).join('/'), readFileSync(join(folder, name), 'utf8')]),
	);
	const lines = [...sources].flatMap(([path, source]) => violations(path, source));
	/** @param {string} target */
	const fileOf = (target) => ['', '.ts', '.tsx', '/index.ts', '/index.tsx'].map((end) => target + end).find((path) => sources.has(path));
	const graph = new Map(
		[...sources].map(([path, source]) => {
			const targets = importsOf(source, path).flatMap((named) => (byAddress(named) ? [] : (fileOf(targetOf(path, named) ?? '') ?? [])));
			return [path, targets];
		}),
	);
	for (const cycle of cycles(graph)) lines.push(`import cycle: ${[...cycle, cycle[0]].join(' → ')}`);
	return { files: sources.size, lines };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
	const { files, lines } = checkImports(resolve(process.argv[2] ?? root));
	for (const line of lines) console.error(line);
	console.log(`imports: ${files} files, ${lines.length} violations`);
	process.exitCode = lines.length ? 1 : 0;
}
