import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { NO_RUN_INTERVENTION, type RunIntervention } from '../../session/client/interventions/interventionStore';
import type { RunView } from '../../session/client/store/labSnapshot';
import { useClient, useStore } from '../shared/useLab';
import { carriedOver, type Edit, trainable } from './edits';

/** Interventions on the runs shown, the text they read, and the forward passes that answer. */
export function useHands(shown: readonly RunView[], focus: RunView | undefined) {
	const client = useClient();
	const { interventions, store } = client;
	const [both, setBoth] = useState(false);
	const state = useStore(interventions);
	const training = useSyncExternalStore(store.subscribe, () => store.getSnapshot().state === 'running');
	useEffect(() => () => interventions.cancelScheduled(), [interventions]);

	const now = useRef({ shown, focus, both });
	useEffect(() => {
		now.current = { shown, focus, both };
	});
	// biome-ignore lint/correctness/useExhaustiveDependencies: the answer may be another once training pauses
	useEffect(() => {
		for (const run of shown)
			if (!run.recorded && (run === focus || state.text !== null || interventions.isIntervened(run.info.id))) interventions.refresh(run);
	}, [interventions, shown, focus, state, training]);

	const steps = useMemo(() => {
		const { edit, of } = interventions;
		const controls = (run: RunView) => of(run.info.id).result?.controls ?? [];
		const carryOver = (from: RunView, others: readonly RunView[]) => {
			const { intervention } = of(from.info.id);
			for (const other of others) if (other !== from) edit(other, () => carriedOver(intervention, controls(from), controls(other)));
		};
		return {
			/** Changes the intervention on one run, or on every run shown. */
			edit(run: RunView, change: Edit): void {
				edit(run, change);
				if (now.current.both) carryOver(run, now.current.shown);
			},
			/** From now on the intervention on the focused run applies to the others too, or to it alone. */
			setBoth(wanted: boolean): void {
				setBoth(wanted);
				const { focus, shown } = now.current;
				if (wanted && focus) carryOver(focus, shown);
			},
			/** Continues training with the λ that were set; they are the model's own from now on. */
			trainOn(run: RunView): void {
				const edits = trainable(of(run.info.id).intervention, controls(run));
				client.setLambdas(run.info.id, edits);
				edit(run, (before) => ({ ...before, lambdas: before.lambdas.filter((edit) => !edits.includes(edit)) }));
			},
		};
	}, [client, interventions]);
	return {
		...steps,
		read: interventions.read,
		text: state.text,
		refusal: state.refusal,
		both,
		stateOf: (run: RunView): RunIntervention => state.runs.get(run.info.id) ?? NO_RUN_INTERVENTION,
	};
}
