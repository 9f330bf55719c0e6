/** A state of the page, and the steps that lead there. */
import type { Page } from 'playwright-core';

export interface State {
	name: string;
	hash: string;
	/** Brings the page there. */
	reach(page: Page): Promise<unknown>;
	/** Runs in the page before its scripts. */
	before?: () => void;
}

export const SHORT = '#steps=100&warmupSteps=10&v=1';

export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
export const train = (page: Page) => button(page, 'Train').click();
export const step = (page: Page, least: number) =>
	page.waitForFunction(
		(wanted) => Number(/Step ([\d,]+)/.exec(document.querySelector('.step-counter')?.textContent ?? '')?.[1].replace(',', '')) >= wanted,
		least,
	);
export const notice = (page: Page, text: string) => page.locator('.notice', { hasText: text }).waitFor();
const finished = (page: Page) => button(page, 'Train again').waitFor();
export const trained = async (page: Page) => {
	await train(page);
	await finished(page);
};
export const open = async (page: Page, selector: string) => {
	await page.locator(selector).first().click();
	await page.locator('dialog[data-modal]').waitFor();
};
/** From the menu of the row of the run with this name, seed 1. */
export const chooseOf = async (page: Page, run: string, item: string) => {
	await button(page, `More about ${run}, seed 1`).click();
	await page.getByRole('menuitem', { name: item, exact: true }).click();
};
