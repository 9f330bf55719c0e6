/** The tasks of a new user, written once for the mouse, the touch screen and the keyboard. */
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { formatProbability } from '../../src/ui/shared/format';
import { openPage } from '../support/browser';
import { eventsOf, spyOnWorker } from '../support/spy';
import { type Means, type User, userOf } from '../support/user';
import {
	answered,
	birthOfSink,
	button,
	cellOf,
	chooseOf,
	columnOf,
	csvCells,
	lastLook,
	lockFirstKey,
	maskFirstKey,
	openBirth,
	openForm,
	pause,
	SMALL,
	stepNow,
	switchFirstHead,
	waitForStep,
} from '../support/userJourneys';
import { seriousFindings } from './axe';

export interface Person {
	means: Means;
	width: number;
	height: number;
}

const RESFORMER = 'ResFormer identity';
const LAMBDA = 'layer 2 λ₁';

/** In the order in which a user would do them: each starts in the state that the last one leaves. */
const ERRANDS = { compare, findSink, maskAndTakeBack, moveLambda, switchHead, goOnWithLambda, fork, exportTable };

/** Every task of a new user, one after the other. The tests check what the user sees. */
export async function expectJourney(name: string, { means, width, height }: Person): Promise<void> {
	const touch = means === 'touch';
	const { page, errors, warnings, close } = await openPage({ width, height, touch, address: SMALL, before: spyOnWorker });
	page.setDefaultTimeout(LONGEST_ANSWER);
	const user = userOf(page, means);
	for (const [errand, run] of Object.entries(ERRANDS)) {
		try {
			await run(page, user);
		} finally {
			await shoot(page, `${name}, ${errand}`);
		}
	}
	expect(await seriousFindings(page)).toEqual([]);
	expect(errors).toEqual([]);
	expect(warnings).toEqual([]);
	await close();
}

/** Time after which a missing element counts as a failure, ms. Training has its own limits. */
const LONGEST_ANSWER = 30_000;

/** Saves an image of the page if requested, as in states.e2e.test.ts. */
async function shoot(page: Page, name: string): Promise<void> {
	if (!process.env.SHOTS) return;
	mkdirSync(process.env.SHOTS, { recursive: true });
	await page.screenshot({ path: join(process.env.SHOTS, `${name.replaceAll(/[ ,]+/g, '-')}.png`) });
}

/** Two methods over three seeds are trained until the answer says whether they are separated. */
async function compare(page: Page, user: User): Promise<void> {
	await openForm(page, user);
	await user.press(page.getByRole('checkbox', { name: 'SVFormer', exact: true }));
	await user.write(page.getByLabel('Seeds', { exact: true }), '1,2,3');
	await user.press(button(page, 'Train'));
	await waitForStep(page, 42);
	await pause(page, user);
	expect(await page.locator('.runs tbody tr').count()).toBe(6);
	const sentence =
		/^After \d+ steps, layer 2 gives <s> \d.* % in Vanilla and \d.* % in ResFormer identity \(3 seeds, (not )?separated from Vanilla\)\.$/;
	// On a phone the numbers are folded below the verdict.
	const numbers = page.locator('summary', { hasText: 'Numbers and methods' });
	await page.locator('.verdict').waitFor();
	if (await numbers.isVisible()) await user.press(numbers);
	const table = page.locator('.seed-table');
	await table.waitFor();
	expect(await table.locator('caption').textContent()).toMatch(sentence);
	expect(await table.locator('tbody tr').count()).toBe(2);
	expect(await table.locator('circle').count()).toBe(6);
	expect(await seriousFindings(page)).toEqual([]);
}

/** The map of sinks over training leads to the sink, and the scrubber to the step at which it emerged. */
async function findSink(page: Page, user: User): Promise<void> {
	const birth = await birthOfSink(page, 'vanilla#1');
	const column = await columnOf(page, user, 'Vanilla');
	await openBirth(page, user, 'Vanilla', birth);
	const opened = column.locator('.thumb.open');
	expect(await opened.getAttribute('aria-label')).toContain(`Layer ${birth.layer + 1}, head ${birth.head + 1}`);
	await column.getByText(`step ${birth.step}`, { exact: true }).waitFor();

	await lockFirstKey(page, user, column);
	const slider = page.getByRole('slider', { name: 'Step', exact: true });
	for (const [index, frame] of birth.frames.slice(0, birth.index + 1).entries()) {
		await user.slide(slider, index);
		await column.getByText(`step ${frame.step}`, { exact: true }).waitFor();
		const { heads, length, probabilities } = frame;
		const cell = ((birth.layer * heads + birth.head) * length + length - 1) * length;
		expect(await column.locator('.column-value').textContent()).toBe(formatProbability(probabilities[cell]));
	}
	await user.press(button(page, 'Latest'));
	await page.locator('.interventions[aria-busy=false] .outcome').waitFor();
	expect(String((await lastLook(page)).step), 'the model is asked as it stands').toBe(await cellOf(page, 0, 'Step'));
}

/** Without the first key the loss and the maps are others; taken back, they are the very same. */
async function maskAndTakeBack(page: Page, user: User): Promise<void> {
	const column = await columnOf(page, user, 'Vanilla');
	const outcome = page.locator('.outcome');
	const [said, value] = [await outcome.textContent(), await column.locator('.column-value').textContent()];
	const first = await lastLook(page);
	expect(said).toContain(first.baseline.loss.toFixed(3));

	await answered(page, () => maskFirstKey(page, user, column));
	expect(await column.locator('.column-value').textContent()).toBe(`${value} → 0`);
	expect(await column.locator('.masked-mark').count()).toBe(1);
	const masked = await lastLook(page);
	expect(masked.intervened?.loss).not.toBe(first.baseline.loss);
	expect(await outcome.textContent()).toContain(`→ ${masked.intervened?.loss.toFixed(3)}`);

	await user.press(button(page, 'Reset all'));
	await column.locator('.masked-mark').waitFor({ state: 'detached' });
	await expect.poll(() => outcome.textContent()).toBe(said);
	expect(await column.locator('.column-value').textContent()).toBe(value);
	expect((await lastLook(page)).baseline.logits).toEqual(first.baseline.logits);
}

/** λ of layer 2 answers at once. */
async function moveLambda(page: Page, user: User): Promise<void> {
	const column = await columnOf(page, user, RESFORMER);
	await lockFirstKey(page, user, column);
	await page.locator(`.interventions[aria-label="Interventions on ${RESFORMER}"][aria-busy=false] .outcome`).waitFor();
	const slider = page.getByRole('slider', { name: LAMBDA, exact: true });
	expect(await slider.inputValue()).toBe('0.5');
	await answered(page, () => user.slide(slider, 45));
	expect(Number(await slider.inputValue())).toBeCloseTo(1.25, user.means === 'keyboard' ? 5 : 0);
	const { intervened, baseline } = await lastLook(page);
	expect(intervened?.loss).not.toBe(baseline.loss);
	await expect
		.poll(() => page.locator('.outcome').textContent())
		.toContain(`Loss ${baseline.loss.toFixed(3)} → ${intervened?.loss.toFixed(3)}`);
}

/** A head that is switched off says so at its thumbnail, and the loss is another. */
async function switchHead(page: Page, user: User): Promise<void> {
	const column = await columnOf(page, user, RESFORMER);
	const before = await page.locator('.outcome').textContent();
	await answered(page, () => switchFirstHead(page, user, column));
	await column.getByRole('button', { name: /^Layer 1, head 1.*switched off$/ }).waitFor();
	await expect.poll(() => page.locator('.outcome').textContent()).not.toBe(before);
}

/** The run keeps the λ that the user set, and trains with it; the table shows from which step. */
async function goOnWithLambda(page: Page, user: User): Promise<void> {
	const step = await stepNow(page);
	const value = await page.getByRole('slider', { name: LAMBDA, exact: true }).inputValue();
	await user.press(button(page, 'Continue training with these λ'));
	const changed = page.locator('.runs tbody tr', { hasText: `λ₁ ${value} from step ` });
	await changed.waitFor();
	await user.press(button(page, 'Resume'));
	await waitForStep(page, step + 10);
	await pause(page, user);
	expect(await changed.count()).toBe(1);
	const moved = (await eventsOf(page, 'runs')).at(-1)?.runs.filter((run) => run.lambdaEdits.length > 0);
	expect(moved?.map(({ id }) => id)).toEqual(['resformer#1']);
}

/** A fork is one more run, which trains from its parent's step. */
async function fork(page: Page, user: User): Promise<void> {
	await chooseOf(page, user, 'Vanilla, seed 1', 'Fork');
	const dialog = page.locator('dialog[data-modal]');
	await user.choose(dialog.getByLabel('Change'), 'Learning rate');
	await user.write(dialog.getByRole('textbox', { name: 'Learning rate' }), '0.004');
	const forks = dialog.getByRole('button', { name: /^Fork at step/ });
	const from = Number(/[\d,]+/.exec((await forks.textContent()) ?? '')?.[0].replaceAll(',', ''));
	await user.press(forks);
	const row = page.locator('.runs tbody tr', { hasText: `learning rate 0.004 from step ${from}` });
	await row.waitFor();
	expect(await page.locator('.runs tbody tr').count()).toBe(7);
	await user.press(button(page, 'Resume'));
	// Until the fork is measured too.
	await waitForStep(page, from + 22);
	await pause(page, user);
	await page
		.locator('.seed-table caption', {
			hasText: /\(2 seeds: ResFormer identity .*separated.*λ moved.*learning rate 0\.004 from step \d+ of one seed, so not/,
		})
		.waitFor({ state: 'attached' });
	const losses = (await eventsOf(page, 'steps')).filter(({ run }) => !/^(vanilla|resformer)#[123]$/.test(run));
	expect(losses[0].first, 'the fork goes on where its run was').toBe(from);
}

/** The table as CSV: a row a run, with what the page says of it. */
async function exportTable(page: Page, user: User): Promise<void> {
	await user.press(button(page, 'Export'));
	const [download] = await Promise.all([
		page.waitForEvent('download'),
		user.press(page.getByRole('menuitem', { name: 'Runs as CSV', exact: true })),
	]);
	expect(download.suggestedFilename()).toBe('resformer-lab-runs.csv');
	const [header, ...rows] = csvCells(await readFile(await download.path(), 'utf8'));
	expect(rows).toHaveLength(7);
	const column = (name: string) => rows.map((row) => row[header.indexOf(name)]);
	expect(rows.every((row) => row.length === header.length)).toBe(true);
	expect(column('seed').sort().join('')).toBe('1112233');
	for (const words of [/^learning rate 0\.004 from step \d+$/, /λ₁ 1\.\d+ from step \d+$/])
		expect(column('differs').filter((differs) => words.test(differs))).toHaveLength(1);
	for (const [index, loss] of column('training_loss').entries()) expect(await cellOf(page, index, 'Loss')).toBe(Number(loss).toFixed(3));
}
