import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { NO_INTERVENTION } from '../../experiment/intervention';
import { type LookView, NO_LOOK } from '../../session/client/interventions/looks';
import type { RunView } from '../../session/client/store/labSnapshot';
import { useClient } from '../shared/useLab';
import { carriedOver, type Edit, trainable } from './edits';
import { Hands } from './hands';

/** What is done to the runs shown, on which text, and what they answer. */
export function useHands(shown: readonly RunView[], focus: RunView | undefined) {
	const client = useClient();
	const { looks, store } = client;
	const [hands] = useState(() => new Hands(looks));
	const [both, setBoth] = useState(false);
	/** Why the text that was read last is not: it is given up, and the words stay beside its field. */
	const [refusal, setRefusal] = useState<string | null>(null);
	const view = useSyncExternalStore(hands.subscribe, hands.getSnapshot);
	const answers = useSyncExternalStore(looks.subscribe, looks.getSnapshot);
	const resting = useSyncExternalStore(store.subscribe, () => store.getSnapshot().state !== 'running');
	useEffect(() => hands.follow(), [hands]);

	const now = useRef({ shown, focus, both });
	useEffect(() => {
		now.current = { shown, focus, both };
	});
	useEffect(() => {
		hands.rest(resting);
		for (const run of shown)
			if (!run.recorded && (run === focus || view.text !== null || view.interventions.has(run.info.id))) hands.keep(run);
	}, [hands, shown, focus, view, resting]);
	// After the questions above: what was asked just now has no problem yet.
	// biome-ignore lint/correctness/useExhaustiveDependencies: answers are what may bring a refusal
	useEffect(() => {
		if (view.text === null) return;
		const problem = shown.map((run) => looks.getSnapshot().get(run.info.id)?.problem).find(Boolean);
		if (!problem) return;
		setRefusal(problem);
		hands.read(null);
	}, [hands, looks, answers, shown, view]);

	const steps = useMemo(() => {
		const controls = (run: RunView) => looks.getSnapshot().get(run.info.id)?.look?.controls ?? [];
		return {
			/** Changes what is done to one run, or to every run shown. */
			edit(run: RunView, edit: Edit): void {
				hands.edit(run, edit);
				if (!now.current.both) return;
				const intervention = hands.of(run.info.id);
				for (const other of now.current.shown)
					if (other !== run) hands.edit(other, () => carriedOver(intervention, controls(run), controls(other)));
			},
			/** What is done to the run that has the focus is done to the others too from now on, or to it alone. */
			setBoth(wanted: boolean): void {
				setBoth(wanted);
				const { focus, shown } = now.current;
				if (!wanted || !focus) return;
				const intervention = hands.of(focus.info.id);
				for (const other of shown)
					if (other !== focus) hands.edit(other, () => carriedOver(intervention, controls(focus), controls(other)));
			},
			/** Training goes on with the λ that were moved; they are the model's own from now on. */
			trainOn(run: RunView): void {
				const edits = trainable(hands.of(run.info.id), controls(run));
				client.setLambdas(run.info.id, edits);
				hands.edit(run, (before) => ({ ...before, lambdas: before.lambdas.filter((edit) => !edits.includes(edit)) }));
			},
		};
	}, [client, looks, hands]);
	return {
		...steps,
		read(text: string | null): void {
			setRefusal(null);
			hands.read(text);
		},
		refusal,
		both,
		view,
		interventionOf: (run: RunView) => view.interventions.get(run.info.id) ?? NO_INTERVENTION,
		answerOf: (run: RunView): LookView => answers.get(run.info.id) ?? NO_LOOK,
	};
}
