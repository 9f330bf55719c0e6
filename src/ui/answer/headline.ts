import { methodsOf } from '../../experiment/methods/names';
import { PRESETS } from '../../experiment/presets';
import { sweepPoints } from '../../experiment/sweep';
import { taskDescriptor } from '../../experiment/tasks';
import type { Experiment } from '../../experiment/types';
import { list } from '../shared/format';
import { linkOf } from '../shared/linkOf';

/** Most methods that a headline names. */
const MOST_NAMED = 4;

/** The preset's question if the experiment is one, with any text of the user's; otherwise its task and methods. */
export function headline(experiment: Experiment): string {
	const asked = PRESETS.find(({ experiment: preset }) => linkOf(preset) === linkOf({ ...experiment, text: preset.text }));
	if (asked) return asked.question;
	const { label } = taskDescriptor(experiment.task);
	const labels = new Set(sweepPoints(experiment).flatMap((point) => methodsOf(point.experiment).map((method) => method.label)));
	return `${label}: ${labels.size > MOST_NAMED ? `${labels.size} methods` : list([...labels])}`;
}
