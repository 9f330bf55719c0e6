/**
 * Checks that functions in src and scripts have at most 80 lines.
 *   node scripts/check-functions.mjs
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseAst } from 'vite';
import { root } from './setup/shell.mjs';

const MOST_LINES = 80;

/** The model's forward pass is easiest to read as one function, from tokens to logits. */
const EXEMPT = ['forward'];

/**
 * @param {string} path its ending selects JavaScript or TypeScript, and JSX
 * @param {string} source
 * @returns {string[]} one line per function that is too long
 */
export function longFunctions(path, source) {
	/** @param {number} offset */
	const lineAt = (offset) => source.slice(0, offset).split('\n').length;
	/** @type {string[]} */
	const found = [];
	/** @param {any} node @param {string} name of the variable or property that the node is the value of */
	const visit = (node, name) => {
		if (Array.isArray(node)) {
			for (const each of node) visit(each, '');
			return;
		}
		if (!node || typeof node !== 'object') return;
		if (/Function/.test(node.type) && node.body) {
			const called = node.id?.name ?? (name || 'a function');
			const lines = lineAt(node.end) - lineAt(node.start) + 1;
			if (lines > MOST_LINES && !EXEMPT.includes(called)) found.push(`${path}:${lineAt(node.start)}: ${called} has ${lines} lines`);
		}
		const own = node.id?.name ?? node.key?.name ?? '';
		for (const [key, value] of Object.entries(node)) visit(value, key === 'init' || key === 'value' ? own : '');
	};
	visit(parseAst(source, { lang: path.endsWith('.mjs') ? 'js' : path.endsWith('x') ? 'tsx' : 'ts' }), '');
	return found;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
	const files = ['src', 'scripts'].flatMap((folder) =>
		readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
			.filter((name) => /\.(tsx?|mjs)$/.test(name))
			.map((name) => join(folder, name)),
	);
	const lines = files.flatMap((path) => longFunctions(path, readFileSync(join(root, path), 'utf8')));
	for (const line of lines) console.error(line);
	console.log(`functions: ${files.length} files, ${lines.length} functions of more than ${MOST_LINES} lines`);
	process.exitCode = lines.length ? 1 : 0;
}
