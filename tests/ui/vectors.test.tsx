// @vitest-environment happy-dom
/** The page with a task whose models read vectors: what needs tokens is absent, or refused with a reason. */
import { screen } from '@testing-library/react';
import { act } from 'react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runInfo, stepsEvent } from '../session/client/fakePort';
import { type PanelUser, panelUser } from './attentionPanelUser';
import { closeApp, openApp, prepare, region, type TestPage } from './render';

let page: TestPage;
let { probe, answer } = {} as PanelUser;
beforeEach(async () => {
	prepare();
	page = await openApp('#task=trigger-conditional&layers=2&sequenceLength=16&v=1');
	({ probe, answer } = panelUser(page));
});
afterEach(closeApp);

async function train(): Promise<void> {
	const info = runInfo('vanilla');
	await act(async () => {
		page.port.say({ type: 'runs', runs: [{ ...info, experiment: { ...info.experiment, task: 'trigger-conditional' } }] });
		page.port.say({ type: 'state', state: 'running' });
		page.port.say(stepsEvent(info.id, 0, [0.004, 0.00123]));
	});
	await page.settle();
}

it('shows the squared error in the interventions, and neither next tokens nor a field for a text', async () => {
	await train();
	await probe('vanilla', 0);
	await answer();
	expect(region(/^Interventions on /).getByText(/^Loss /).textContent).toMatch(/ squared error$/);
	expect(screen.queryByText(/^Next token after/)).toBeNull();
	expect(screen.queryByLabelText('Own text')).toBeNull();
});

it('says why the models cannot write or be downloaded', async () => {
	await train();
	const reason = 'odels of this task read vectors instead of tokens, so they';
	await page.press('Write');
	expect(page.port.of('generate')).toEqual([]);
	expect(screen.getByText(`M${reason} cannot write text.`)).toBeTruthy();
	const download = screen.getByRole('button', { name: 'Download the checkpoint of vanilla, seed 1' });
	expect([download.getAttribute('aria-disabled'), download.title]).toEqual(['true', `No checkpoint: m${reason} have no checkpoints.`]);
	await page.press('Download the checkpoint of vanilla, seed 1');
	expect(page.port.of('checkpoint')).toEqual([]);
});

it('refuses value embeddings by name', async () => {
	await page.write('Name of a method', 'value-embedding');
	await page.press('Add');
	expect(
		screen.getAllByText('`value-embedding` looks tokens up in a table, but models of “Trigger-conditional mean” read vectors.').length,
	).toBeGreaterThan(0);
});
