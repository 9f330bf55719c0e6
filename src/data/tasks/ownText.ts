import type { Experiment } from '../../experiment/types';
import type { Task } from '../task';
import { createTextTask } from './text';

/** @throws TaskError if the text is too short for `experiment.sequenceLength` */
export const createOwnTextTask = (experiment: Experiment): Task => createTextTask(experiment, experiment.text);
