import { questionOf } from '../experiment/questions';
import { taskDescriptor } from '../experiment/tasks';
import type { Experiment } from '../experiment/types';
import type { Reported } from './measures/comparison';

export interface Answering {
	/** The panel that answers, which comes first. */
	shows: 'attention' | 'loss' | 'layers' | 'sweep';
	/** The curve that answers: the difference from the baseline for a question about losses. */
	curve: 'loss' | 'relative';
	/** Measures of the answer; undefined = the task's. */
	reports?: readonly Reported[];
	/** A sentence on what to watch; undefined = the task's. */
	watch?: string;
}

/** How the page answers an experiment: as a question of the gallery does, or else as its task. */
export function answering(experiment: Experiment): Answering {
	const question = questionOf(experiment);
	if (question) return { ...question, curve: question.shows === 'loss' ? 'relative' : 'loss' };
	if (experiment.sweep) return { shows: 'sweep', curve: 'loss' };
	return { shows: taskDescriptor(experiment.task).sink ? 'attention' : 'loss', curve: 'loss' };
}
