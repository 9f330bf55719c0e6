/**
 * The style of a run in every chart, table and map: colour and marker of its method, from the descriptors, and a dash. Runs that
 * differ only in seed share all three.
 */
import { ADDITIONS, type Method, SCHEMES } from '../../experiment/methods';
import type { AdditionDescriptor, RunStyle, SchemeDescriptor } from '../../experiment/methods/descriptor';
import { parseMethod, usedAdditions } from '../../experiment/methods/names';

/** The style of a method: its scheme's, or its last addition's if each layer keeps its own values. The other additions’ dashes follow its own, so that a combination differs from its parts. */
export function runStyle(method: Method): RunStyle {
	const { scheme } = method;
	const used = usedAdditions(method).map((name) => ({ descriptor: ADDITIONS[name] as AdditionDescriptor, choice: method[name] }));
	const main = scheme.name === 'own' ? used.pop() : undefined;
	const base = main ? main.descriptor.style(main.choice) : (SCHEMES[scheme.name] as SchemeDescriptor).style(scheme.choice);
	return { ...base, dash: [base.dash, ...used.map(({ descriptor: { dash } }) => dash)].filter(Boolean).join(' ') };
}

const cache = new Map<string, RunStyle>();

/** The style of a method by its name; a name that can't be read looks like vanilla. */
export function methodStyle(name: string): RunStyle {
	let style = cache.get(name);
	if (!style) {
		const result = parseMethod(name);
		style = result.ok ? runStyle(result.method) : { ...SCHEMES.own.style({}), dash: '1 2' };
		cache.set(name, style);
	}
	return style;
}

/** Dashes of a method's forks and other settings, in the order in which they are assigned. */
const GROUP_DASHES = ['6 3', '2 2', '10 3 2 3', '1 4', '14 4', '4 2 4 6'];

/** By method: its forks and groups with other settings, in the order in which they were first drawn. */
const others = new Map<string, string[]>();

/** The style of a group of runs: its method's. A fork or a group with other settings has its own dash for as long as the page is open. */
export function groupStyle({ method, group }: { method: string; group: string }): RunStyle {
	const base = methodStyle(method);
	if (group === method) return base;
	const known = others.get(method) ?? [];
	if (!known.includes(group)) others.set(method, [...known, group]);
	const free = GROUP_DASHES.filter((dash) => dash !== base.dash);
	const place = known.includes(group) ? known.indexOf(group) : known.length;
	return { ...base, dash: free[place % free.length] };
}
