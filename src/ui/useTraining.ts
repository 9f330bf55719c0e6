import { useMemo } from 'react';
import { formRefusal, startRefusal, type TrainingContext } from './actions/trainingActions';
import type { Draft } from './shared/draft';
import { useClient, useLab } from './shared/useLab';
import { useSame } from './shared/useSame';
import { formChanged, newRuns } from './transport/queue';
import type { Drawer } from './useDrawer';

/** The form compared with the runs on the page: what the commands of the training act on. */
export function useTraining({ experiment, errors }: Draft, { close }: Drawer): TrainingContext {
	const client = useClient();
	const lab = useLab();
	const infos = useSame(lab.runs.map(({ info }) => info));
	const changed = useMemo(() => formChanged(experiment, lab.experiment, infos), [experiment, lab.experiment, infos]);
	const invalidFields = Object.keys(errors).length;
	const refused = startRefusal(lab) !== '' || formRefusal(invalidFields) !== '';
	const addable = useMemo(() => (refused ? 0 : newRuns(experiment, infos)), [refused, experiment, infos]);
	return { client, lab, experiment, changed, invalidFields, addable, showRuns: close };
}
