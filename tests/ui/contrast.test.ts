import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { METHODS } from '../../src/experiment/methods/catalogue';
import { attentionColour, MAP_GROUND } from '../../src/ui/theme/attentionScale';
import { contrast, toOklab } from '../../src/ui/theme/colour';
import { methodStyle } from '../../src/ui/theme/methodStyle';

const css = readFileSync(new URL('../../src/ui/css/tokens.css', import.meta.url), 'utf8');
const shades = ['light', 'dark'] as const;
type Shade = (typeof shades)[number];

/** A token's colour, out of `--name: light-dark(#…, #…)`. */
function token(name: string, shade: Shade): string {
	const match = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css);
	if (!match) throw new Error(`tokens.css has no --${name}`);
	return shade === 'light' ? match[1] : match[2];
}

const grounds = (shade: Shade) => [token('ground', shade), token('panel', shade)];

describe.each(shades)('in the %s theme', (shade) => {
	it.each(['ink', 'muted', 'error', 'warning', 'good'])('text in --%s is readable (AA) on every ground', (name) => {
		for (const ground of [...grounds(shade), token('hover', shade)])
			expect(contrast(token(name, shade), ground)).toBeGreaterThanOrEqual(4.5);
	});

	it('the loud button is readable', () => {
		expect(contrast(token('loud-ink', shade), token('loud', shade))).toBeGreaterThanOrEqual(4.5);
	});

	it.each(['control-line', 'focus'])('--%s stands out from its surroundings', (name) => {
		for (const ground of grounds(shade)) expect(contrast(token(name, shade), ground)).toBeGreaterThanOrEqual(3);
	});

	it.each(METHODS)('the line of $name is visible on every ground', ({ name }) => {
		for (const ground of grounds(shade)) expect(contrast(methodStyle(name).colour, ground)).toBeGreaterThanOrEqual(3);
	});

	it('an attention map starts at the panel’s colour and moves in even steps', () => {
		expect(MAP_GROUND[shade]).toBe(token('panel', shade));
		const lightness = Array.from({ length: 21 }, (_, i) => toOklab(attentionColour(i / 20, shade))[0]);
		const steps = lightness.slice(1).map((value, i) => value - lightness[i]);
		const mean = steps.reduce((a, b) => a + b) / steps.length;
		for (const step of steps) expect(step / mean).toBeGreaterThan(0.6);
		for (const step of steps) expect(step / mean).toBeLessThan(1.4);
	});
});

it('no two methods of the catalogue look the same', () => {
	const styles = METHODS.map(({ name }) => JSON.stringify(methodStyle(name)));
	expect(new Set(styles).size).toBe(METHODS.length);
});

it('a combination looks like none of its parts', () => {
	const rivals = ['gate:head', 'gate:element', 'sink:learned', 'sink:zero', 'value-embedding', 'qk-norm'];
	const schemes = ['resformer', 'resformer:constant', 'svformer', 'skipv1'];
	for (const rival of rivals)
		for (const scheme of schemes)
			expect([methodStyle(scheme), methodStyle(rival)], `${scheme}+${rival}`).not.toContainEqual(methodStyle(`${scheme}+${rival}`));
	for (const other of rivals.slice(2, 4))
		for (const gate of rivals.slice(0, 2))
			expect([methodStyle(gate), methodStyle(other)]).not.toContainEqual(methodStyle(`${gate}+${other}`));
});

it('methods that differ in colour also differ in marker or dash', () => {
	const styles = METHODS.map(({ name }) => `${methodStyle(name).marker} ${methodStyle(name).dash}`);
	expect(new Set(styles).size).toBe(METHODS.length);
});
