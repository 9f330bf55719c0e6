/** Float16 types of the types that kernels store. */
const HALVES: Readonly<Record<string, string>> = { f32: 'f16', vec2f: 'vec2h', vec4f: 'vec4h' };

/**
 * Conversions to float16. WGSL leaves open which number f16(x) is once x is beyond float16: infinity, 65 504, or any other. The loss scale
 * must see it, so that the exponent's bits are set from |x| = 2¹⁶, where no rounding is finite, and for NaN. They are set as integers,
 * because a compiler may assume that no float is infinite or NaN. Where f16(x) is infinite or NaN already, this changes no bit.
 */
const CONVERSIONS: Readonly<Record<string, string>> = {
	f16: 'fn toF16(x: f32) -> f16 { return bitcast<vec2h>(bitcast<u32>(vec2h(f16(x), 0)) | select(0u, 0x7c00u, (bitcast<u32>(x) & 0x7fffffffu) >= 0x47800000u)).x; }',
	vec2h:
		'fn toVec2h(x: vec2f) -> vec2h { let over = select(vec2u(0), vec2u(0x7c00, 0x7c000000), (bitcast<vec2u>(x) & vec2u(0x7fffffff)) >= vec2u(0x47800000)); return bitcast<vec2h>(bitcast<u32>(vec2h(x)) | over.x | over.y); }',
	vec4h:
		'fn toVec4h(x: vec4f) -> vec4h { let over = select(vec4u(0), vec4u(0x7c00, 0x7c000000, 0x7c00, 0x7c000000), (bitcast<vec4u>(x) & vec4u(0x7fffffff)) >= vec4u(0x47800000)); return bitcast<vec4h>(bitcast<vec2u>(vec4h(x)) | over.xz | over.yw); }',
};
const conversionOf = (half: string) => `to${half[0].toUpperCase()}${half.slice(1)}`;

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
	const code = converted(file, result, types);
	const used = Object.keys(CONVERSIONS).filter((half) => code.includes(`${conversionOf(half)}(`));
	// On the first line, which is a comment, and behind the last.
	return `enable f16; ${code}${used.map((half) => CONVERSIONS[half]).join(' ')}`;
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
			result += `${element} = ${conversionOf(type.half)}(${operator ? `${type.full}(${element}) ${operator} (${value})` : value})`;
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
