import fc from 'fast-check';

/** A fixed seed keeps the suite steady; `FC_SEED=random` tries other cases, and `FC_SEED=7` those of the seed 7. */
const { FC_SEED = '20261125' } = process.env;
const SEED = FC_SEED === 'random' ? Date.now() % 2 ** 31 : Number(FC_SEED);

/** Limits of a property test in the unit suite: seconds, whatever it tests. */
export const BOUNDED: fc.Parameters<unknown> = {
	numRuns: 300,
	interruptAfterTimeLimit: 4000,
	markInterruptAsFailure: false,
	seed: SEED,
};

/** A number of cases that are all tried, and said with their seed. @param what names them */
export function allOf(count: number, what: string): fc.Parameters<unknown> {
	console.info(`${count} ${what}, seed ${SEED}`);
	return { numRuns: count, seed: SEED };
}

/** Replacements for values that a failing test could not print. */
const [LONG, DEEP] = ['<5000 characters>', '<1000 nested lists>'];
const expanded = (value: unknown): unknown => {
	if (value === LONG) return 'x'.repeat(5000);
	if (value === DEEP) return JSON.parse(`${'['.repeat(1000)}${']'.repeat(1000)}`);
	return value;
};

/** A text that would become elements of a page that takes it for markup. */
export const MARKUP = '"><img class=injected src=x onerror=alert(1)><script class=injected></script>&lt;b&gt;';

const strange = fc.constantFrom<unknown>(
	null,
	true,
	'',
	LONG,
	DEEP,
	'__proto__',
	0,
	-1,
	0.5,
	1e300,
	// JSON holds it as 1e999.
	Number.POSITIVE_INFINITY,
	Number.NaN,
	100_000_000,
	2 ** 31,
	2 ** 32,
	Number.MAX_SAFE_INTEGER,
	2 ** 53,
	MARKUP,
	[],
	{},
	[[[]]],
	JSON.parse('{"__proto__":1,"constructor":{"name":2}}'),
);

/** A value that JSON may hold in place of another. */
const otherValue = fc.oneof({ weight: 3, arbitrary: strange }, fc.jsonValue({ maxDepth: 3 }));

/** Where an edit goes in a JSON value, and what it does there. */
export interface JsonEdit {
	/** One number for each level; each picks a key, modulo their number. */
	path: number[];
	act: 'replace' | 'delete' | 'add' | 'repeat';
	key: string;
	value: unknown;
}

export const jsonEdits: fc.Arbitrary<JsonEdit[]> = fc.array(
	fc.record({
		path: fc.array(fc.nat(60), { minLength: 1, maxLength: 7 }),
		act: fc.constantFrom('replace', 'delete', 'add', 'repeat'),
		key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'length', '')),
		value: otherValue,
	}),
	{ minLength: 1, maxLength: 4 },
);

/** A copy of the JSON value with edits. */
export function editedJson(json: unknown, edits: readonly JsonEdit[]): unknown {
	const root = { json: structuredClone(json) };
	for (const { path, act, key, value: written } of edits) {
		const value = expanded(written);
		let parent: Record<string, unknown> = root;
		let name = 'json';
		for (const pick of path) {
			const child = parent[name];
			if (typeof child !== 'object' || child === null) break;
			const keys = Object.keys(child);
			if (keys.length === 0) break;
			parent = child as Record<string, unknown>;
			name = keys[pick % keys.length];
		}
		const target = parent[name];
		if (act === 'delete' && Array.isArray(parent)) parent.splice(Number(name), 1);
		else if (act === 'delete' && parent !== root) delete parent[name];
		else if (act === 'add' && typeof target === 'object' && target !== null && !Array.isArray(target))
			Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
		else if (act === 'repeat' && Array.isArray(target)) parent[name] = [...target, ...structuredClone(target)];
		else parent[name] = value;
	}
	return root.json;
}

/** Changes to a text or to bytes: cut, repeat, or overwrite a stretch. Positions are parts of the length, 0 to 1. */
export interface Mutation {
	at: number;
	length: number;
	with: number[];
}

const part = fc.double({ min: 0, max: 1, noNaN: true });

export const mutations: fc.Arbitrary<Mutation[]> = fc.array(
	fc.record({ at: part, length: fc.oneof(fc.nat(8), fc.nat(200)), with: fc.array(fc.nat(255), { maxLength: 12 }) }),
	{ minLength: 1, maxLength: 5 },
);

export function mutatedBytes(bytes: Uint8Array, changes: readonly Mutation[]): Uint8Array<ArrayBuffer> {
	let list = Array.from(bytes);
	for (const { at, length, with: other } of changes) {
		const from = Math.floor(at * list.length);
		list = [...list.slice(0, from), ...other, ...list.slice(from + length)];
	}
	return Uint8Array.from(list);
}
