/** The measurement of a step after that of its tiles. */
import '../../support/fourLanes';
import { expect, it } from 'vitest';
import { changedGpu } from './changedGpu';
import { experimentOf, openLab } from './openLab';

it('measures the tiles of its products first if asked to, with kernels that have them', async () => {
	const experiment = experimentOf({ task: 'copy', methods: ['svformer'], probeEvery: 0 });
	const lab = openLab(() => changedGpu({ without: ['subgroups'] }));
	await lab.send({ type: 'profile', id: 1, experiment, method: 'svformer', tune: true });
	const [report] = lab.answersTo('profile');
	expect(report?.cost.kernels).toBe('tiled');
	expect(report?.times.stepMs).toBeGreaterThan(0);
	expect(report?.tiles?.filter(({ why }) => why !== 'only').length).toBeGreaterThan(0);
	const stages = lab.of('progress').flatMap((event) => (event.request === 'profile' ? [event.progress.stage] : []));
	expect([...new Set(stages)].slice(1, 4)).toEqual(['opening', 'tiles', 'peaks']);
});
