import { describe, expect, it } from 'vitest';
import { ADDITION_NAMES, ADDITIONS, type Method, SCHEME_NAMES, SCHEMES } from '../../src/experiment/methods';
import { METHOD_GROUPS, METHODS } from '../../src/experiment/methods/catalogue';
import { definitionsOf } from '../../src/experiment/methods/definitions';
import type { AdditionDescriptor, SchemeDescriptor } from '../../src/experiment/methods/descriptor';
import { methodName, methodsOf, parseMethod } from '../../src/experiment/methods/names';
import type { ResFormerChoice } from '../../src/experiment/methods/resformer';

function parsed(name: string): Method {
	const result = parseMethod(name);
	if (!result.ok) throw new Error(result.message);
	return result.method;
}

function refusal(name: string): string {
	const result = parseMethod(name);
	return result.ok ? `accepted as ${result.method.name}` : result.message;
}

const descriptors: (SchemeDescriptor | AdditionDescriptor)[] = [...Object.values(SCHEMES), ...Object.values(ADDITIONS)];

describe('the catalogue', () => {
	it('holds canonical names with their own labels, by group', () => {
		for (const entry of METHODS) {
			const method = parsed(entry.name);
			expect(method.name).toBe(entry.name);
			expect(method.label).toBe(entry.label);
		}
		expect(METHODS.map(({ group }) => METHOD_GROUPS.indexOf(group))).toEqual(
			METHODS.map(({ group }) => METHOD_GROUPS.indexOf(group)).sort(),
		);
		expect(new Set(METHODS.map(({ name }) => name)).size).toBe(METHODS.length);
	});

	it('keeps its order, which forms and links show', () => {
		const first = [
			'vanilla',
			'resformer',
			'resformer:constant',
			'resformer:sparse',
			'resformer:learnable',
			'resformer:plus',
			'resformer:dense',
		];
		expect(METHODS.slice(0, first.length).map(({ name }) => name)).toEqual(first);
	});

	it('reaches every scheme and addition', () => {
		const all = METHODS.map((entry) => parsed(entry.name));
		expect(new Set(all.map(({ scheme }) => scheme.name))).toEqual(new Set(SCHEME_NAMES));
		for (const name of ADDITION_NAMES)
			expect(
				all.some((method) => method[name] !== ADDITIONS[name].off),
				name,
			).toBe(true);
	});

	it('has entries that can be combined with a number of KV heads', () => {
		for (const { name } of METHODS.filter((one) => one.name !== 'gqa:2')) expect(parsed(`${name}+gqa:4`).kvHeads, name).toBe(4);
	});
});

describe('descriptors', () => {
	const keys = ['scheme', ...SCHEME_NAMES, ...ADDITION_NAMES] as string[];
	it.each([...SCHEME_NAMES, ...ADDITION_NAMES] as const)('%s refuses only ingredients that exist', (name) => {
		const { incompatible = [] } = { ...SCHEMES, ...ADDITIONS }[name] as SchemeDescriptor;
		for (const other of incompatible) expect(keys).toContain(other.with);
	});

	it('each has a source, a formula for each entry, and a prefix that no other has', () => {
		for (const { source, catalogue } of descriptors) {
			expect(source).toMatch(/arXiv \d{4}\.\d{5}/);
			for (const { formula } of catalogue) expect(formula).not.toBe('');
		}
		const heads = descriptors.flatMap((one) => ('heads' in one ? [...one.heads] : (one.head ?? [])));
		expect(new Set(heads).size).toBe(heads.length);
	});
});

describe('names', () => {
	const resformer = (choice: Partial<ResFormerChoice>): Partial<Method> => ({
		scheme: { name: 'resformer', choice: { form: 'identity', lambdas: null, mixedLayers: null, ...choice } },
	});
	const canonical: [string, string, Partial<Method>][] = [
		['vanilla', 'vanilla', { scheme: { name: 'own', choice: {} }, kvHeads: null, kvSharing: 1 }],
		['vanilla+gqa:2', 'gqa:2', { kvHeads: 2, label: 'GQA (2 KV heads)' }],
		['resformer:identity', 'resformer', resformer({})],
		['ResFormer:Learnable + gqa:2'.replaceAll(' ', ''), 'resformer:learnable+gqa:2', { ...resformer({ form: 'learnable' }), kvHeads: 2 }],
		['gqa:2+resformer:learnable', 'resformer:learnable+gqa:2', { label: 'ResFormer learnable + GQA (2 KV heads)' }],
		['resformer:constant(2;1)', 'resformer:constant', resformer({ form: 'constant' })],
		['resformer:constant(2.50;-1)', 'resformer:constant(2.5;-1)', resformer({ form: 'constant', lambdas: [2.5, -1] })],
		['resformer:constant(-0;1)', 'resformer:constant(0;1)', resformer({ form: 'constant', lambdas: [0, 1] })],
		['resformer:sparse(5;1;layers=4.3.4)', 'resformer:sparse(layers=3.4)', resformer({ form: 'sparse', mixedLayers: [3, 4] })],
		[
			'resformer:sparse(3;0.5;layers=2)',
			'resformer:sparse(3;0.5;layers=2)',
			{ ...resformer({ form: 'sparse', lambdas: [3, 0.5], mixedLayers: [2] }), label: 'ResFormer sparse (3; 0.5; layers 2)' },
		],
		['neutreno(0.4)', 'neutreno', { scheme: { name: 'neutreno', choice: { lambda: null } } }],
		[
			'neutreno(0.4)+resformer',
			'neutreno(0.4)+resformer',
			{ scheme: { name: 'neutreno+resformer', choice: { form: 'identity', lambda: 0.4 } } },
		],
		[
			'resformer+neutreno(0.2)',
			'neutreno+resformer',
			{ scheme: { name: 'neutreno+resformer', choice: { form: 'identity', lambda: null } }, label: 'NeuTRENO + ResFormer' },
		],
		['resformer:dense+denseformer', 'denseformer+resformer:dense', { ...resformer({ form: 'dense' }), depthWeightedAverage: true }],
		['gqa:2+cla:3', 'cla:3+gqa:2', { kvSharing: 3, kvHeads: 2 }],
		['gqa:1+hidden-residual', 'hidden-residual+gqa:1', { ablationResidual: 'hidden', label: 'Hidden residual + GQA (1 KV head)' }],
		['cla:2+denseformer', 'denseformer+cla:2', {}],
		['gate:head+resformer', 'resformer+gate:head', { attentionGate: 'head', label: 'ResFormer identity + Gate per head' }],
		[
			'gqa:2+gate:element+sink:learned+qk-norm+value-embedding+skipv1+denseformer',
			'denseformer+skipv1+value-embedding+qk-norm+sink:learned+gate:element+gqa:2',
			{ scheme: { name: 'skipv1', choice: {} }, attentionGate: 'element', attentionSink: 'learned', qkNorm: true, valueEmbedding: true },
		],
		['sink:zero', 'sink:zero', { attentionSink: 'zero', attentionGate: null, qkNorm: false, valueEmbedding: false }],
		['sink:learned+query-residual', 'sink:learned+query-residual', {}],
		['denseformer+cross-layer', 'denseformer+cross-layer', { scheme: { name: 'cross-layer', choice: {} } }],
	];
	for (const [written, name, choices] of canonical) {
		it(`reads ${written} as ${name}`, () => {
			const method = parsed(written);
			expect(method).toMatchObject({ name, ...choices });
			expect(methodName(method)).toBe(name);
			expect(parsed(name)).toEqual(method);
		});
	}

	it('gives every combination of choices a different name, and reads it back', () => {
		const seen = new Set<string>();
		const schemes = [
			'',
			'resformer',
			'resformer:constant(3;2)',
			'resformer:sparse(layers=2.7)',
			'resformer:plus',
			'svformer',
			'neutreno(0.1)',
			'neutreno+resformer',
			'cross-layer',
			'skipv1',
		];
		for (const scheme of schemes) {
			for (const depth of ['', 'denseformer', 'gate:head', 'sink:zero+value-embedding', 'qk-norm+sink:learned+gate:element']) {
				for (const heads of ['', 'gqa:1', 'gqa:4']) {
					const written = [heads, scheme, depth].filter(Boolean).join('+') || 'vanilla';
					const method = parsed(written);
					expect(parsed(method.name)).toEqual(method);
					expect(method.name).not.toMatch(/[\s,&%#]/);
					seen.add(method.name);
				}
			}
		}
		expect(seen.size).toBe(schemes.length * 5 * 3);
	});
});

describe('refusals', () => {
	const cases: [string, RegExp][] = [
		['', /unknown method/],
		['resformr', /unknown method `resformr`: did you mean `resformer`\?/],
		['resformer:lernable', /did you mean `resformer:learnable`/],
		['vanila+gqa:2', /unknown method `vanila`: did you mean `vanilla`/],
		['svformer:2', /did you mean `svformer`/],
		['nutreno(0.25;0.5;layers=3.4)', /did you mean `neutreno`/],
		['vanilla(3)', /vanilla takes no parameters/],
		['resformer(1;1)', /identity form takes no parameters/],
		['resformer:learnable(1;1)', /learnable form takes no parameters/],
		['resformer:constant(1)', /expected λ₁ and λ₂/],
		['resformer:constant(1;2;layers=3)', /expected λ₁ and λ₂/],
		['resformer:constant(1;101)', /from -100 to 100/],
		['resformer:constant(1;x)', /from -100 to 100, not `x`/],
		['resformer:sparse(layers=1)', /whole number from 2/],
		['resformer:sparse(layers=)', /whole number from 2/],
		['neutreno(a)', /λ must be a number/],
		['gqa', /whole number from 1/],
		['gqa:0', /whole number from 1/],
		['gqa:65', /to 64/],
		['cla:1', /whole number from 2/],
		['gqa:2+gqa:4', /names gqa twice/],
		['vanilla+vanilla', /names vanilla twice/],
		['svformer+resformer', /`svformer\+resformer` has no defined formula: .* only neutreno and resformer combine/],
		['vanilla+svformer', /`vanilla\+svformer` has no defined formula/],
		['neutreno+svformer', /no defined formula/],
		['neutreno+resformer:learnable', /`neutreno\+resformer:learnable` has no defined formula/],
		['neutreno+resformer+svformer', /no defined formula/],
		['resformer+cla:2', /`resformer\+cla:2` has no defined formula: a layer that reads .* no values of its own/],
		['svformer+cla:2', /`svformer\+cla:2` has no defined formula/],
		['query-residual+resformer', /`resformer\+query-residual` has no defined formula: .* for the plain Transformer only/],
		['key-residual+cla:2', /`key-residual\+cla:2` has no defined formula/],
		['denseformer+hidden-residual', /`denseformer\+hidden-residual` has no defined formula/],
		['query-residual+key-residual', /one residual ablation at a time/],
		['gate', /unknown method `gate`: did you mean `gate:head`/],
		['gate:heads', /did you mean `gate:head`/],
		['sink', /unknown method `sink`/],
		['qk-norm:2', /did you mean `qk-norm`/],
		['value-embedding(1)', /value-embedding takes no parameters/],
		['gate:head+gate:element', /names gate twice/],
		['skipv1+cla:2', /`skipv1\+cla:2` has no defined formula/],
		['skipv1+resformer', /no defined formula/],
		['skipv1+key-residual', /`skipv1\+key-residual` has no defined formula/],
		['attention-residual+sink:zero', /`sink:zero\+attention-residual` has no defined formula: .* no place for the sink’s share/],
		['qk-norm+query-residual', /`qk-norm\+query-residual` has no defined formula: .* before or after the norm/],
		['key-residual+qk-norm', /`qk-norm\+key-residual` has no defined formula/],
	];
	for (const [name, message] of cases) it(`refuses \`${name}\``, () => expect(refusal(name)).toMatch(message));

	it('repeats at most 60 characters of a name', () => {
		expect(refusal('x'.repeat(5000))).toContain(`\`${'x'.repeat(60)}\``);
		expect(refusal(` ${'gqa:2+'.repeat(1000)} `)).toBe(`\`${'gqa:2+'.repeat(10)}\` names gqa twice`);
	});

	it('throws if an experiment that should be validated is not', () => {
		expect(methodsOf({ methods: ['vanilla', 'svformer'] }).map((method) => method.label)).toEqual(['Vanilla', 'SVFormer']);
		expect(() => methodsOf({ methods: ['nothing'] })).toThrow(/unknown method/);
	});
});

describe('the definitions of an experiment’s methods', () => {
	it('are sentences with a paper, each once, and none of the standard transformer', () => {
		expect(definitionsOf({ methods: ['vanilla'] })).toEqual([]);
		const found = definitionsOf({ methods: ['vanilla', 'resformer', 'resformer:constant', 'gate:head+resformer', 'value-embedding'] });
		expect(found.map(({ address }) => address)).toEqual([
			'https://arxiv.org/abs/2410.17897',
			'https://arxiv.org/abs/2505.06708',
			'https://arxiv.org/abs/2410.17897',
		]);
		expect(found[0].text).toMatch(/^ResFormer /);
	});

	it('exist for every scheme and addition', () => {
		expect(new Set(descriptors.map(({ plain }) => plain)).size).toBe(descriptors.length);
		for (const { plain } of descriptors) expect(plain).toMatch(/^[A-Z][^.]+\.$/);
	});
});
