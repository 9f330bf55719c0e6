import { expect, it } from 'vitest';
import { longFunctions } from '../../scripts/check-functions.mjs';

const body = (lines: number) => `{\n${'\tcount++;\n'.repeat(lines - 2)}}`;

it('counts a function’s lines from its first to its last', () => {
	expect(longFunctions('a.ts', `let count = 0;\nfunction short() ${body(80)}`)).toEqual([]);
	expect(longFunctions('a.ts', `let count = 0;\nfunction long() ${body(81)}`)).toEqual(['a.ts:2: long has 81 lines']);
});

it('names arrows, methods and components after the variable or class that has them', () => {
	expect(longFunctions('a.ts', `export const step = async () => ${body(90)};`)).toEqual(['a.ts:1: step has 90 lines']);
	expect(longFunctions('a.ts', `class Lab { run() ${body(90)} }`)).toEqual(['a.ts:1: run has 90 lines']);
	expect(longFunctions('a.tsx', `export const Panel = memo(function Panel() ${body(90)});`)).toEqual(['a.tsx:1: Panel has 90 lines']);
});

it('reports the inner and the outer function, and lets the forward pass be long', () => {
	expect(longFunctions('a.mjs', `function outer() {\n\tcall(() => ${body(81)});\n}`)).toHaveLength(2);
	expect(longFunctions('a.ts', `export function forward() ${body(98)}`)).toEqual([]);
});
