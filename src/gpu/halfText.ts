/** Float16 types of the types that kernels store. */
const HALVES: Readonly<Record<string, string>> = { f32: 'f16', vec2f: 'vec2h', vec4f: 'vec4h' };

/**
 * A kernel's text with the memory of some variables in float16: each number is converted to float32 as it is loaded, and to float16 as it
 * is stored. Line numbers do not change.
 *
 * @param names of storage variables whose elements are f32, vec2f or vec4f, or an alias of them
 * @throws Error if the file lacks one of the names, or stores a component of an element, which no conversion can do
 */
export function inHalf(file: string, text: string, names: readonly string[]): string {
	if (names.length === 0) return text;
	const types = new Map<string, { full: string; half: string }>();
	let result = text;
	for (const name of names) {
		const declared = new RegExp(`(var<storage, \\w+> ${name}: array<)(\\w+)(>;)`);
		const full = declared.exec(text)?.[2] ?? '';
		const half = HALVES[new RegExp(`^alias ${full} = (\\w+);`, 'm').exec(text)?.[1] ?? full];
		if (!half) throw new Error(`shaders/${file}.wgsl has no floats ${name} to store in float16`);
		types.set(name, { full, half });
		result = result.replace(declared, `$1${half}$3`);
	}
	// On the first line, which is a comment.
	return `enable f16; ${converted(file, result, types)}`;
}

function converted(file: string, text: string, types: ReadonlyMap<string, { full: string; half: string }>): string {
	const convert = (part: string) => converted(file, part, types);
	const pattern = new RegExp(`//[^\\n]*|(?<!\\.)\\b(${[...types.keys()].join('|')})\\[`, 'g');
	let result = '';
	let at = 0;
	for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
		const [found, name] = match;
		const type = types.get(name);
		if (!type) continue;
		const end = closing(text, pattern.lastIndex);
		const element = `${name}[${convert(text.slice(pattern.lastIndex, end))}]`;
		const after = text.slice(end + 1);
		if (/^(\.\w+|\[[^\]]*\])\s*[-+*/]?=(?!=)/.test(after)) throw new Error(`shaders/${file}.wgsl stores a component of ${name}`);
		result += text.slice(at, match.index);
		at = end + 1;
		const assigned = /^\s*([-+*/]?)=(?!=)\s*/.exec(after);
		if (assigned) {
			const start = at + assigned[0].length;
			at = text.indexOf(';', start);
			const value = convert(text.slice(start, at));
			const [, operator] = assigned;
			result += `${element} = ${type.half}(${operator ? `${type.full}(${element}) ${operator} (${value})` : value})`;
		} else result += `${type.full}(${element})`;
		pattern.lastIndex = Math.max(at, match.index + found.length);
	}
	return result + text.slice(at);
}

/** Index of the bracket that closes the one before `start`. */
function closing(text: string, start: number): number {
	let open = 1;
	let at = start;
	for (; open > 0; at++) {
		if (text[at] === '[') open++;
		if (text[at] === ']') open--;
	}
	return at - 1;
}
