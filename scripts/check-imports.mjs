/**
 * Holds the direction of imports between the rooms of the house (the right-hand column of the design's table of rooms): data flows one way.
 * Type-only imports count too, as a room that knows another's types can't be read without it.
 *   node scripts/check-imports.mjs [FOLDER]
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseAst } from 'vite';
import { root } from './setup/shell.mjs';

const engine = ['experiment', 'graph', 'model', 'compiler', 'gpu', 'data', 'checkpoint', 'analysis'];

/**
 * Room → what it may import, next to itself and npm packages.
 * @type {Record<string, string[]>}
 */
export const rooms = {
	experiment: [],
	graph: [],
	model: ['graph', 'experiment'],
	compiler: ['graph'],
	// The kernels' check walks the op table against its references.
	gpu: ['graph', 'compiler', 'shaders'],
	data: ['experiment'],
	checkpoint: ['model', 'experiment'],
	analysis: ['graph', 'model', 'experiment'],
	training: engine,
	generation: engine,
	// The protocol's types are the one thing that both ends of the worker share.
	'session/worker': [...engine, 'training', 'generation', 'session/client/protocol'],
	'session/client': ['experiment'],
	ui: ['session/client', 'experiment'],
	cli: [...engine, 'training', 'generation'],
};

/** By address only, `new Worker(new URL('…', import.meta.url))`: that keeps the other's code out of the bundle. @type {Record<string, string[]>} */
const addresses = { 'session/client': ['session/worker'] };

/** @param {string} path such as `src/session/ui/form.tsx` */
function roomOf(path) {
	return Object.keys(rooms).find((room) => path.startsWith(`src/${room}/`));
}

/**
 * Every path that a module names in an import, export, type, glob or address.
 * @param {string} source TypeScript
 * @param {string} path decides whether JSX is allowed
 * @returns {{ specifier: string, line: number, address: boolean }[]}
 */
export function importsOf(source, path) {
	/** @type {{ specifier: string, line: number, address: boolean }[]} */
	const found = [];
	/** @param {any} node the string, or an array of them @param {any} at @param {boolean} [address] */
	const add = (node, at, address = false) => {
		if (node?.type === 'ArrayExpression') for (const element of node.elements) add(element, at, address);
		// An array of globs may exclude some with a `!`.
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
 * @param {string} path a file under src, with forward slashes, relative to the root
 * @param {string} source
 * @returns {string[]} one line a violation
 */
export function violations(path, source) {
	const room = roomOf(path);
	if (!room) return path.endsWith('.d.ts') ? [] : [`${path}: belongs to no room`];
	return importsOf(source, path).flatMap(({ specifier, line, address }) => {
		const [plain, query = ''] = specifier.split('?');
		// Names without a dot or slash in front are npm's or Node's.
		if (!/^[./]/.test(plain)) return [];
		const target = plain.startsWith('/') ? plain.slice(1) : posix.normalize(posix.join(posix.dirname(path), plain));
		const byAddress = address || /\b(shared)?worker\b/.test(query);
		const allowed = [room, ...rooms[room], ...(byAddress ? (addresses[room] ?? []) : [])];
		const inside = allowed.some((name) => {
			const place = name === 'shaders' ? name : `src/${name}`;
			return target === place || target.startsWith(`${place}/`) || target.startsWith(`${place}.`);
		});
		return inside ? [] : [`${path}:${line}: ${room} may not import ${target}`];
	});
}

/** @param {string} base a project's root @returns {{ files: number, lines: string[] }} */
export function checkImports(base) {
	const folder = join(base, 'src');
	const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
	const files = names.filter((name) => /\.tsx?$/.test(name)).sort();
	const lines = files.flatMap((name) => {
		const full = join(folder, name);
		return violations(relative(base, full).split(sep).join('/'), readFileSync(full, 'utf8'));
	});
	return { files: files.length, lines };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
	const { files, lines } = checkImports(resolve(process.argv[2] ?? root));
	for (const line of lines) console.error(line);
	console.log(`imports: ${files} files, ${lines.length} violations`);
	process.exitCode = lines.length ? 1 : 0;
}
