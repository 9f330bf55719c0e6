// @vitest-environment happy-dom
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EMPTY_SNAPSHOT } from '../../src/session/client/store/labSnapshot';
import { MOST_WHOLE, NearRows } from '../../src/ui/runs/NearRows';
import { download } from '../../src/ui/shared/download';
import type { FigureKind } from '../../src/ui/shared/figures/kinds';
import { saveFigure } from '../../src/ui/shared/figures/saveFigure';

vi.mock('../../src/ui/shared/download');

/** What the page observes, and a way to report that it has come near the window or left it. */
const observed = new Map<Element, (near: boolean) => void>();

class FakeObserver {
	constructor(private readonly moved: (entries: unknown[]) => void) {}
	observe(target: Element) {
		observed.set(target, (near) => this.moved([{ isIntersecting: near, boundingClientRect: { height: near ? 700 : 680 }, target }]));
	}
	disconnect() {
		observed.clear();
	}
}

beforeEach(() => vi.stubGlobal('IntersectionObserver', FakeObserver));
afterEach(() => {
	cleanup();
	vi.unstubAllGlobals();
});

/** `row 21`, `row 22` … */
const namesOf = (first: number, count: number) => Array.from({ length: count }, (_, i) => `row ${first + i}`);

function table(count: number) {
	const rows = namesOf(1, count).map((name) => (
		<tr key={name}>
			<td>
				<button type="button">{name}</button>
			</td>
		</tr>
	));
	render(
		<table>
			<NearRows rows={rows} columns={1} />
		</table>,
	);
}
const shown = () => screen.queryAllByRole('button').map(({ textContent }) => textContent);
const parts = () => [...observed.keys()];
const move = (part: Element, near: boolean) => act(() => observed.get(part)?.(near));

describe('the rows of a table', () => {
	it('are all on the page if they are few', () => {
		table(MOST_WHOLE);
		expect(shown()).toHaveLength(MOST_WHOLE);
		expect(parts()).toEqual([]);
	});

	it('are on the page while they are near the window if they are many', () => {
		table(100);
		expect(shown()).toEqual([]);
		move(parts()[1], true);
		expect(shown()).toEqual(namesOf(21, 20));
		move(parts()[4], true);
		move(parts()[1], false);
		expect(shown()).toEqual(namesOf(81, 20));
		// It takes as much room as its rows did.
		expect(parts()[1].querySelector('td')?.style.height).toBe('680px');
	});

	it('stay if one of them has the focus', () => {
		table(100);
		move(parts()[0], true);
		screen.getByRole('button', { name: 'row 3' }).focus();
		move(parts()[0], false);
		expect(shown()).toHaveLength(20);
	});

	it.each(['csv', 'markdown', 'latex'] satisfies FigureKind[])(
		'are all in a table saved as %s, however few are on the page',
		async (kind) => {
			vi.mocked(download).mockClear();
			table(200);
			move(parts()[1], true);
			await act(() => saveFigure(kind, { panel: document.body, title: 'Runs', runs: [] }, EMPTY_SNAPSHOT));
			const saved = vi.mocked(download).mock.calls[0][2];
			for (const name of namesOf(1, 200)) expect(saved).toMatch(new RegExp(`${name}\\b`));
			expect(shown()).toEqual(namesOf(21, 20));
		},
	);
});
