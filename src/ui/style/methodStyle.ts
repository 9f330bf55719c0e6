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
