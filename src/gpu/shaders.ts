const files = import.meta.glob<string>('../../shaders/*.wgsl', { query: '?raw', import: 'default', eager: true });

/** Text of every kernel by file name, without `.wgsl`. */
export const SHADERS: Readonly<Record<string, string>> = Object.fromEntries(
	Object.entries(files).map(([path, text]) => [path.replace(/^.*\//, '').replace(/\.wgsl$/, ''), text]),
);

/** A kernel that doesn't compile: its file, the line, and the WGSL compiler's message. */
export class ShaderError extends Error {
	override name = 'ShaderError';
	constructor(
		readonly file: string,
		readonly line: number,
		readonly source: string,
		readonly reason: string,
	) {
		super(`shaders/${file}.wgsl:${line}: ${reason}\n    ${source.trim()}`);
	}
}

/**
 * The file's text with `const`s and `alias`es set to other values. Line numbers do not change.
 *
 * @throws Error if the file lacks one of the names
 */
export function specialise(file: string, text: string, constants: Readonly<Record<string, number | string>>): string {
	let result = text;
	for (const [name, value] of Object.entries(constants)) {
		const pattern = typeof value === 'string' ? new RegExp(`^alias ${name} = [^;]+;`, 'm') : new RegExp(`^const ${name} = [0-9]+u;`, 'm');
		if (!pattern.test(result))
			throw new Error(`shaders/${file}.wgsl has no ${typeof value === 'string' ? 'alias' : 'const'} ${name} to set`);
		result = result.replace(pattern, typeof value === 'string' ? `alias ${name} = ${value};` : `const ${name} = ${value}u;`);
	}
	return result;
}
