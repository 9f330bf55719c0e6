/** A user of the page, with a mouse, a finger, or the keyboard alone. Each journey is written once for all three. */
import type { Locator, Page } from 'playwright-core';

export type Means = 'mouse' | 'touch' | 'keyboard';

export interface User {
	means: Means;
	/** Presses a button, ticks a box or chooses an item of a menu. */
	press(target: Locator): Promise<void>;
	/** Brings the focus to a control, without using it. */
	reach(target: Locator): Promise<void>;
	/** Replaces what a field says. */
	write(target: Locator, text: string): Promise<void>;
	/** Chooses the option of a list that has this label. */
	choose(target: Locator, label: string): Promise<void>;
	/** Moves a slider to its stop number `stop`, from 0. */
	slide(target: Locator, stop: number): Promise<void>;
}

export const userOf = (page: Page, means: Means): User => (means === 'keyboard' ? withKeys(page) : withPointer(page, means));

/** Sliders' thumbs keep this far from their ends, CSS pixels. */
const THUMB = 8;

function withPointer(page: Page, means: 'mouse' | 'touch'): User {
	const hit = async (target: Locator, options?: { position: { x: number; y: number } }) => {
		// One scrolls first, and clicks where the page has come to rest: a menu closes when its page is scrolled.
		await target.scrollIntoViewIfNeeded();
		await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
		await (means === 'touch' ? target.tap(options) : target.click(options));
	};
	return {
		means,
		press: (target) => hit(target),
		reach: (target) => hit(target),
		async write(target, text) {
			await hit(target);
			await target.selectText();
			await page.keyboard.type(text);
		},
		async choose(target, label) {
			// The list itself is the system's: no page can be clicked there.
			await target.selectOption({ label });
		},
		async slide(target, stop) {
			const box = await target.boundingBox();
			const stops = await stopsOf(target);
			if (!box) throw new Error('the slider is not on the page');
			await hit(target, { position: { x: THUMB + ((box.width - 2 * THUMB) * stop) / stops.last, y: box.height / 2 } });
		},
	};
}

function withKeys(page: Page): User {
	const press = (key: string) => page.keyboard.press(key);
	return {
		means: 'keyboard',
		reach: (target) => tabTo(page, target),
		async press(target) {
			await tabTo(page, target);
			await press((await target.getAttribute('type')) === 'checkbox' ? 'Space' : 'Enter');
		},
		async write(target, text) {
			await tabTo(page, target);
			await press('Control+a');
			await page.keyboard.type(text);
		},
		async choose(target, label) {
			await tabTo(page, target);
			const [from, to] = await target.evaluate((list, wanted) => {
				const { options, selectedIndex } = list as HTMLSelectElement;
				return [selectedIndex, [...options].findIndex((option) => option.label === wanted)];
			}, label);
			if (to < 0) throw new Error(`no option “${label}”`);
			for (let i = 0; i < Math.abs(to - from); i++) await press(to > from ? 'ArrowDown' : 'ArrowUp');
		},
		async slide(target, stop) {
			await tabTo(page, target);
			const { at } = await stopsOf(target);
			for (let i = 0; i < Math.abs(stop - at); i++) await press(stop > at ? 'ArrowRight' : 'ArrowLeft');
		},
	};
}

/** A slider's highest position, and its present one. */
function stopsOf(slider: Locator): Promise<{ last: number; at: number }> {
	return slider.evaluate((input) => {
		const { min, max, step, value } = input as HTMLInputElement;
		const stop = (text: string) => Math.round((Number(text) - Number(min)) / Number(step));
		return { last: stop(max), at: stop(value) };
	});
}

/** More Tabs than this is no way to reach a control. */
const MOST_TABS = 150;

/**
 * Presses Tab, or Shift+Tab for what lies before, until `target` has the focus; in a menu the arrow keys do it. Then what
 * has the focus must be seen: in view, outlined, and under nothing else.
 */
async function tabTo(page: Page, target: Locator): Promise<void> {
	await target.waitFor();
	for (let tabs = 0; tabs <= MOST_TABS; tabs++) {
		const where = await target.evaluate(wayTo);
		if (where === 'here') {
			// The tooltip of the control that had the focus before disappears a frame later.
			const end = Date.now() + 10_000;
			let fault = await target.evaluate(unseen);
			while (fault && Date.now() < end) fault = await target.evaluate(unseen);
			if (fault) throw new Error(`${target} has the focus, but ${fault}`);
			return;
		}
		await page.keyboard.press(where);
	}
	throw new Error(
		`${MOST_TABS} times Tab do not lead to ${target}; the focus is at ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120))}`,
	);
}

/** Runs in the page: the key that leads from what has the focus towards an element, or `here`. */
function wayTo(element: Element): 'here' | 'Tab' | 'Shift+Tab' | 'ArrowDown' {
	const active = document.activeElement ?? document.body;
	if (active === element) return 'here';
	if (active.closest('[role=menu]')) return 'ArrowDown';
	return active === document.body || active.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING ? 'Tab' : 'Shift+Tab';
}

/** Runs in the page: the reason why the focused element can't be seen; empty if it can. */
function unseen(element: Element): string {
	if (!element.matches(':focus-visible')) return 'shows no focus';
	const { left, right, top, bottom } = element.getBoundingClientRect();
	const [x, y] = [(Math.max(0, left) + Math.min(innerWidth, right)) / 2, (Math.max(0, top) + Math.min(innerHeight, bottom)) / 2];
	const hit = document.elementFromPoint(x, y);
	if (!hit) return 'is out of view';
	return element.contains(hit) || hit.contains(element) ? '' : `${hit.outerHTML.slice(0, 120)} covers it`;
}
