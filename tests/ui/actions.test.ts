import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { type Action, defineActions, handleKey, helpText, keyNames } from '../../src/ui/actions/action';
import { GRID_ACTIONS, MAP_ACTIONS } from '../../src/ui/actions/attentionActions';
import { CHART_ACTIONS } from '../../src/ui/actions/chartActions';
import { keyedActions, PLACES } from '../../src/ui/actions/places';

const ui = fileURLToPath(new URL('../../src/ui', import.meta.url));
const press = (key: string, modifiers: Partial<KeyboardEvent> = {}) => ({
	key,
	shiftKey: false,
	ctrlKey: false,
	metaKey: false,
	altKey: false,
	preventDefault: vi.fn(),
	...modifiers,
});

describe('the table of actions', () => {
	it.each(PLACES.map((place) => [place.title, place] as const))('%s: a key belongs to one action', (_, place) => {
		const keys = keyedActions(place).flatMap((action) => action.keys ?? []);
		expect(keys).toEqual([...new Set(keys)]);
	});

	it('explains every key', () => {
		for (const action of PLACES.flatMap(keyedActions)) {
			expect(keyNames(action)).not.toEqual([]);
			expect(helpText(action), keyNames(action).join()).not.toBe('');
		}
	});

	it('is the only place with keys, apart from the shared menus and tooltips', () => {
		const files = readdirSync(ui, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
		const own = files.filter(
			(name) => !/^(actions|shared)\//.test(name) && /\b(event|e)\.key\b/.test(readFileSync(`${ui}/${name}`, 'utf8')),
		);
		// Any key but Tab focuses a column; Enter in the range fields submits a number, as in any form; a held Enter presses no button.
		expect(own.sort()).toEqual(['attention/MapColumn.tsx', 'charts/RangeFields.tsx', 'usePageKeys.ts']);
	});
});

describe('a key', () => {
	const run = vi.fn();
	const table = (why = '') =>
		defineActions<null>()({
			plain: { label: 'Plain', keys: ['Enter'], why: () => why, run },
			shifted: { label: 'Break', keys: ['Shift+Enter'], native: true, run },
		});

	it('performs its action and is kept from the browser', () => {
		const event = press('Enter');
		expect(handleKey(table(), null, event)).toBe(true);
		expect(run).toHaveBeenLastCalledWith(null, { key: 'Enter', shift: false });
		expect(event.preventDefault).toHaveBeenCalledOnce();
	});

	it('is left to the browser if its action is not possible, native or pressed with another modifier', () => {
		run.mockClear();
		for (const [actions, event] of [
			[table('Not now.'), press('Enter')],
			[table(), press('Enter', { shiftKey: true })],
			[table(), press('Enter', { ctrlKey: true })],
			[table(), press('x')],
		] as const) {
			expect(handleKey(actions, null, event)).toBe(false);
			expect(event.preventDefault).not.toHaveBeenCalled();
		}
		expect(run).not.toHaveBeenCalled();
	});

	it('is printed as keyboards print it', () => {
		const names = (action: Pick<Action<never>, 'keys'>) => keyNames(action).join(' ');
		expect(names(CHART_ACTIONS.zoom)).toBe('+ −');
		expect(names(CHART_ACTIONS.move)).toBe('← →');
		expect(names(GRID_ACTIONS.move)).toBe('Arrows');
		expect(names(MAP_ACTIONS.move)).toBe('Arrows Home End Page ↑ Page ↓');
	});
});
