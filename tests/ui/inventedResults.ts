/** Results of a training with invented numbers. Test-only. */
import type { Results } from '../../src/experiment/results';
import type { Experiment } from '../../src/experiment/types';
import { resultsOf } from '../../src/session/client/results/resultsFromRuns';
import { LabStore } from '../../src/session/client/store/labStore';
import { frameOf, infos, lossAt, metricsOf } from './invented';

/** Every run of `experiment` to its end, as if on another machine on 20 November 2026. */
export function inventedResults(experiment: Experiment): Results {
	const store = new LabStore();
	const runs = infos(experiment);
	store.begin(experiment);
	store.receive({ type: 'runs', runs });
	const { steps, validateEvery, probeEvery } = experiment;
	const column = (of: (step: number) => number) => Float32Array.from({ length: steps }, (_, step) => of(step));
	for (const run of runs) {
		store.receive({
			type: 'steps',
			run: run.id,
			first: 0,
			losses: column((step) => lossAt(run, step)),
			gradNorms: column(() => 1),
			learningRates: column(() => experiment.learningRate),
			seconds: column((step) => step / 60),
			tokensPerSecond: 61_000,
		});
		for (let step = 0; step <= steps; step++) {
			if (validateEvery > 0 && step > 0 && step % validateEvery === 0)
				store.receive({ type: 'metrics', run: run.id, step, metrics: metricsOf(run, step) });
			if (probeEvery > 0 && step % probeEvery === 0) store.receive({ type: 'frame', frame: frameOf(run, step) });
		}
		store.receive({ type: 'finished', run: run.id, steps, metrics: metricsOf(run, steps) });
	}
	return resultsOf(store.views(), { experiment, adapter: 'AMD Radeon RX 7800 XT', when: new Date('2026-11-20T12:00:00Z') });
}
