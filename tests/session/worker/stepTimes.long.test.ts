/** The times of a measured step, on a machine with nothing else to do. */
import { expect, it } from 'vitest';
import { expectMeasuredStep } from '../../support/stepReport';
import { experimentOf, openLab } from './openLab';

it('the kernels’ times add up to the step’s, within a factor of five', async () => {
	const experiment = experimentOf({ task: 'copy', methods: ['svformer'], probeEvery: 0 });
	const lab = openLab();
	await lab.send({ type: 'profile', id: 1, experiment, method: 'svformer' });
	const [report] = lab.answersTo('profile');
	if (!report) throw new Error('there is no report');
	// Dispatches one by one overlap less than in a step, and each has a pass or a submission to itself.
	expectMeasuredStep(report, experiment, 5);
	expect(lab.of('failed')).toEqual([]);
});
