import { describe, expect, it } from 'vitest';
import { inHalf } from '../../src/gpu/halfText';
import { SHADERS } from '../../src/gpu/shaders';

const KERNEL = `// y = x: x [4], not y[i]
alias Element = vec4f;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> index: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
fn main() {
  let first = x[index[0] + 1].x + xs[0];
  for (var i = 0u; i < 4; i++) { y[index[i]] = x[i / 4][i % 4] * select(y[i], first, y[0] == 2); }
  y[0] *= first + y[1];
}
`;

describe('a kernel with storage in float16', () => {
	it('converts each number that it loads or stores, and nothing else', () => {
		const [text, conversions] = inHalf('test', KERNEL, ['x', 'y']).split(/(?=^fn to)/m);
		expect(conversions).toMatch(/^fn toF16\(x: f32\) -> f16 \{[^{}\n]*\}$/);
		expect(text).toBe(`enable f16; // y = x: x [4], not y[i]
alias Element = vec4f;
@group(0) @binding(1) var<storage, read> x: array<vec4h>;
@group(0) @binding(2) var<storage, read> index: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<f16>;
fn main() {
  let first = Element(x[index[0] + 1]).x + xs[0];
  for (var i = 0u; i < 4; i++) { y[index[i]] = toF16(Element(x[i / 4])[i % 4] * select(f32(y[i]), first, f32(y[0]) == 2)); }
  y[0] = toF16(f32(y[0]) * (first + f32(y[1])));
}
`);
	});

	it('keeps its text without such storage', () => expect(inHalf('test', KERNEL, [])).toBe(KERNEL));

	it('refuses what it cannot convert', () => {
		expect(() => inHalf('test', KERNEL, ['index'])).toThrow('shaders/test.wgsl has no floats index');
		expect(() => inHalf('test', KERNEL, ['z'])).toThrow('shaders/test.wgsl has no floats z');
		expect(() => inHalf('test', KERNEL.replace('y[0] *=', 'x[0].y ='), ['x'])).toThrow('shaders/test.wgsl stores a component of x');
	});

	it.each(Object.keys(SHADERS))('keeps the lines of %s', (file) => {
		const text = SHADERS[file];
		const floats = [...text.matchAll(/var<storage, \w+> (\w+): array<(?:vec[24]f|f32|Element)>;/g)].map(([, name]) => name);
		const half = inHalf(file, text, floats);
		expect(half.split('\n')).toHaveLength(text.split('\n').length);
		for (const name of floats) expect(half).toMatch(new RegExp(`> ${name}: array<(?:vec[24]h|f16)>;`));
	});
});
