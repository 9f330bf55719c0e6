import { button, chooseOf, SHORT, type State, step, train, trained } from './state';

/** Three methods and two seeds, with little to draw for each run. */
const SWEPT = '#methods=vanilla,resformer,svformer&seeds=1,2&steps=60&warmupSteps=6&probeEvery=0';

/** States with many runs: their table, forks and sweeps. */
export const RUN_STATES: State[] = [
	{
		name: '12 runs',
		hash: '#methods=vanilla,resformer,svformer,neutreno&seeds=1,2,3&steps=200&warmupSteps=20&v=1',
		reach: trained,
	},
	{
		name: 'runs sorted, renamed, hidden and removed',
		hash: '#methods=vanilla,resformer,svformer,neutreno&steps=100&warmupSteps=10&v=1',
		async reach(page) {
			await trained(page);
			await button(page, 'Validation').click();
			await button(page, 'SVFormer, seed 1: rename').click();
			await page.locator('.name-editor').fill('One value for all layers, as the paper has it');
			await page.keyboard.press('Enter');
			await page.getByRole('checkbox', { name: 'Show Vanilla, seed 1 in charts and maps' }).uncheck();
			await button(page, 'NeuTRENO, seed 1: rename').focus();
			await page.keyboard.press('Escape');
			await page.keyboard.press('Delete');
			await page.locator('.undo-bar', { hasText: 'NeuTRENO was removed' }).waitFor();
		},
	},
	{
		name: 'a run’s menu',
		hash: '#seeds=1,2&steps=100&warmupSteps=10&v=1',
		async reach(page) {
			await trained(page);
			await button(page, 'More about ResFormer identity, seed 1').click();
			await page.getByRole('menuitem', { name: 'Fork' }).waitFor();
		},
	},
	{
		name: 'forking',
		hash: '#seeds=1,2&steps=100&warmupSteps=10&v=1',
		async reach(page) {
			await trained(page);
			await chooseOf(page, 'ResFormer identity', 'Fork');
			await page.locator('dialog[data-modal]').waitFor();
			await page.getByLabel('Steps').last().fill('50');
			await page.locator('dialog[data-modal]').getByRole('alert').waitFor();
		},
	},
	{
		name: 'a fork beside its run, and runs that wait',
		hash: '#steps=2000&v=1',
		async reach(page) {
			await train(page);
			await step(page, 240);
			await button(page, 'Pause').click();
			await button(page, 'Resume').waitFor();
			await chooseOf(page, 'Vanilla', 'Fork');
			await page
				.locator('dialog[data-modal]')
				.getByLabel(/^Method/)
				.selectOption('svformer');
			await button(page, /^Fork at step/).click();
			await page.locator('.runs', { hasText: 'Vanilla with SVFormer from step' }).waitFor();
		},
	},
	{
		name: 'a sweep while it trains, with a run chosen',
		hash: `${SWEPT}&sweep=sequenceLength~batchSize/32~32/64~16/128~8&v=1`,
		async reach(page) {
			await train(page);
			await page.getByText(/^6 of 18 runs finished|^18 runs, all finished/).waitFor();
			await page.getByRole('checkbox', { name: 'minus Vanilla’s' }).check();
			await page.locator('.sweep-chart').focus();
			await page.keyboard.press('End');
			await page.locator('.sweep .reading').waitFor();
		},
	},
	{
		name: 'a sweep as a table, with one run’s curves',
		hash: `${SWEPT}&sweep=sequenceLength~batchSize/32~32/64~16/128~8&v=1`,
		async reach(page) {
			await train(page);
			await page.getByText('18 runs, all finished', { exact: true }).waitFor();
			await page.locator('.sweep').getByText('Table', { exact: true }).click();
			await button(page, 'Curves of SVFormer, seed 2, point 2').click();
			await page.getByText(/^Curves below/).waitFor();
		},
	},
	{
		name: 'a sweep of two fields as a heat map',
		hash: `${SWEPT}&sweep=learningRate~layers/0.001~2/0.001~3/0.002~2/0.002~3&v=1`,
		async reach(page) {
			await train(page);
			await page.getByText('24 runs, all finished', { exact: true }).waitFor();
			await page.locator('.sweep').getByText('Heat map', { exact: true }).click();
			await page.locator('.heat-cell').first().waitFor();
		},
	},
	{
		name: 'building a sweep, with a value refused',
		hash: SHORT,
		async reach(page) {
			await page.getByRole('group', { name: 'Model', exact: true }).locator('summary').first().click();
			await button(page, 'Sweep Sequence length').click();
			await page.locator('dialog[data-modal]').waitFor();
			await page.getByLabel('Add values of Sequence length').fill('32, 48, 128');
			await page.locator('dialog').getByRole('button', { name: 'Add', exact: true }).click();
			await page.locator('dialog [role=alert]').waitFor();
		},
	},
];
