import { parseMethod } from '../../experiment/methods';
import { METHOD_COLOURS, type RunStyle, runStyle } from './runStyle';

const cache = new Map<string, RunStyle>();

/** The look of a method by its name; a name that can't be read looks like vanilla. */
export function methodStyle(name: string): RunStyle {
	let style = cache.get(name);
	if (!style) {
		const result = parseMethod(name);
		style = result.ok ? runStyle(result.method) : { colour: METHOD_COLOURS.vanilla, dash: '1 2', marker: 'circle' };
		cache.set(name, style);
	}
	return style;
}

/** Dashes of what a method's forks and other settings look like, one after the other. */
const GROUP_DASHES = ['6 3', '2 2', '10 3 2 3', '1 4', '14 4', '4 2 4 6'];

/** By method: its groups that are not the method as it is, in the order in which they were first drawn. */
const others = new Map<string, string[]>();

/** The look of a group of runs: its method's, and where it is a fork or has other settings, a dash of its own for as long as the page is open. */
export function groupStyle({ method, group }: { method: string; group: string }): RunStyle {
	const base = methodStyle(method);
	if (group === method) return base;
	const known = others.get(method) ?? [];
	if (!known.includes(group)) others.set(method, [...known, group]);
	const free = GROUP_DASHES.filter((dash) => dash !== base.dash);
	const place = known.includes(group) ? known.indexOf(group) : known.length;
	return { ...base, dash: free[place % free.length] };
}
