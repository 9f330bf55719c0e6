import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { carriedOver, type Edit, trainable } from '../../experiment/interventions/edits';
import { NO_RUN_INTERVENTION, type RunIntervention } from '../../session/client/interventions/interventionStore';
import type { RunView } from '../../session/client/store/labSnapshot';
import { useClient, useStore } from './useLab';

/** Interventions on the runs shown, and the handlers that change them. */
export interface Interventions {
	/** The user's own text; null = the task's probe sequence. */
	text: string | null;
	/** The reason if the last text was rejected. */
	refusal: string | null;
	/** True if every run shown gets the same interventions. */
	onAll: boolean;
	stateOf(run: RunView): RunIntervention;
	/** Changes the intervention on one run, or on every run shown. */
	edit(run: RunView, change: Edit): void;
	setOnAll(onAll: boolean): void;
	/** Continues training with the λ that were set; the model has them from then on. */
	trainOn(run: RunView): void;
	/** Sets the text that every run reads. */
	read(text: string | null): void;
}

/** The interventions on the runs shown. Keeps the forward passes up to date that answer them. */
export function useInterventions(shown: readonly RunView[], focus: RunView | undefined): Interventions {
	const { interventions, store } = useClient();
	const [onAll, setOnAll] = useState(false);
	const state = useStore(interventions);
	const training = useSyncExternalStore(store.subscribe, () => store.getSnapshot().state === 'running');
	useEffect(() => () => interventions.cancelScheduled(), [interventions]);
	// biome-ignore lint/correctness/useExhaustiveDependencies: the answer may be another once training pauses
	useEffect(() => {
		for (const run of shown)
			if (!run.recorded && (run === focus || state.text !== null || interventions.isIntervened(run.info.id))) interventions.refresh(run);
	}, [interventions, shown, focus, state, training]);
	const handlers = useHandlers(shown, focus, onAll, setOnAll);
	return {
		...handlers,
		onAll,
		text: state.text,
		refusal: state.refusal,
		stateOf: (run) => state.runs.get(run.info.id) ?? NO_RUN_INTERVENTION,
	};
}

type Handlers = Pick<Interventions, 'edit' | 'setOnAll' | 'trainOn' | 'read'>;

/** The handlers stay the same objects, so that columns need not render again. */
function useHandlers(shown: readonly RunView[], focus: RunView | undefined, onAll: boolean, set: (onAll: boolean) => void): Handlers {
	const client = useClient();
	const latest = useRef({ shown, focus, onAll });
	useEffect(() => {
		latest.current = { shown, focus, onAll };
	});
	return useMemo(() => {
		const { edit, of, read } = client.interventions;
		const controls = (run: RunView) => of(run.info.id).result?.controls ?? [];
		const carryOver = (from: RunView) => {
			const { intervention } = of(from.info.id);
			for (const other of latest.current.shown)
				if (other !== from) edit(other, () => carriedOver(intervention, controls(from), controls(other)));
		};
		return {
			read,
			edit(run, change) {
				edit(run, change);
				if (latest.current.onAll) carryOver(run);
			},
			setOnAll(onAll) {
				set(onAll);
				if (onAll && latest.current.focus) carryOver(latest.current.focus);
			},
			trainOn(run) {
				const edits = trainable(of(run.info.id).intervention, controls(run));
				client.setLambdas(run.info.id, edits);
				edit(run, (before) => ({ ...before, lambdas: before.lambdas.filter((lambda) => !edits.includes(lambda)) }));
			},
		};
	}, [client, set]);
}

/** What the attention panel selects, for the interventions next to it. */
export interface Selection {
	/** The run in focus. */
	run: RunView;
	/** True if several runs are shown. */
	several: boolean;
	interventions: Interventions;
	/** The open map. */
	layer: number;
	head: number;
	/** Position of the chosen query; null = none. */
	position: number | null;
	/** Key of the locked cell; null = none. */
	lockedKey: number | null;
	/** True at the latest step. */
	live: boolean;
	/** Shows the latest step. */
	onLatest(): void;
}
