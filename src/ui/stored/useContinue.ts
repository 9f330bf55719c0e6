import type { Experiment } from '../../experiment/types';
import type { StoredSummary } from '../../session/client/stored/rows';
import { useClient } from '../shared/useLab';

export interface ContinueProps {
	/** Fills the form with the experiment of a training that is continued. */
	onContinue(experiment: Experiment): void;
}

/** Continues a stored training in place of the present one, or opens it without training on. */
export function useContinue({ onContinue }: ContinueProps): (training: StoredSummary, paused: boolean) => void {
	const { stored, store } = useClient();
	return ({ id, experiment }, paused) => {
		if (experiment) onContinue(structuredClone(experiment));
		stored.open().then(
			(keeper) => keeper.continue(id, paused),
			(error: Error) => store.notify('error', error.message),
		);
	};
}
