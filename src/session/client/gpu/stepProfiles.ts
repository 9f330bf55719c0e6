import { fieldsThatAffect } from '../../../experiment/fields';
import type { ProfileProgress, StepReport } from '../../../experiment/records/stepReport';
import type { Experiment } from '../../../experiment/types';
import type { LabClient } from '../client';
import { type Observable, Store } from '../store/store';

/** The measurements of steps on the page. Never changed in place. */
interface StepProfilesState {
	/** The measurement in progress; null = none. */
	readonly measuring: { method: string; progress: ProfileProgress } | null;
	/** The reason if the last measurement failed. */
	readonly failure: string | null;
	/** By `keyOf`. */
	readonly reports: ReadonlyMap<string, StepReport>;
}

const EMPTY: StepProfilesState = { measuring: null, failure: null, reports: new Map() };

/** Fields that a step's program depends on, apart from the method. */
const SIZES = [...fieldsThatAffect('task', 'model', 'batches', 'memory').filter((name) => name !== 'methods'), 'optimizer'] as const;

/** Experiments with equal keys have the same step. */
const keyOf = (experiment: Experiment, method: string): string => JSON.stringify([method, ...SIZES.map((name) => experiment[name])]);

class StepProfiles implements Observable<StepProfilesState> {
	private readonly published = new Store(EMPTY);
	readonly getSnapshot = this.published.getSnapshot;
	readonly subscribe = this.published.subscribe;
	/** The request in progress; what earlier ones report is ignored. */
	private current: object | null = null;

	constructor(private readonly client: Pick<LabClient, 'request' | 'send'>) {}

	/** Measures a step of one method, with `tune` its tiles first. Ends the measurement in progress. */
	async measure(experiment: Experiment, method: string, tune: boolean): Promise<void> {
		const request = {};
		this.current = request;
		const show = (change: Partial<StepProfilesState>) => {
			if (this.current === request) this.published.update((state) => ({ ...state, ...change }));
		};
		show({ failure: null, measuring: { method, progress: { stage: 'waiting', done: 0, total: 0 } } });
		try {
			const { sweep: _, ...point } = experiment;
			const report = await this.client.request({ type: 'profile', experiment: point, method, tune }, (progress) =>
				show({ measuring: { method, progress } }),
			);
			const { reports } = this.getSnapshot();
			show({ measuring: null, ...(report && { reports: new Map(reports).set(keyOf(experiment, method), report) }) });
		} catch (error) {
			show({ measuring: null, failure: (error as Error).message });
		}
	}

	/** Ends the measurement in progress. */
	stop(): void {
		if (!this.getSnapshot().measuring) return;
		this.current = null;
		this.client.send({ type: 'stopProfile' });
		this.published.update((state) => ({ ...state, measuring: null }));
	}
}

/** The last measurement of an experiment's step with one method. */
export const reportOf = ({ reports }: StepProfilesState, experiment: Experiment, method: string): StepReport | undefined =>
	reports.get(keyOf(experiment, method));

const known = new WeakMap<LabClient, StepProfiles>();

/** The client's measurements, which stay when their dialog is closed. */
export function profilesOf(client: LabClient): StepProfiles {
	const profiles = known.get(client) ?? new StepProfiles(client);
	known.set(client, profiles);
	return profiles;
}
