import type { Experiment } from '../../experiment/types';
import type { LabClient } from '../../session/client/client';
import type { LabSnapshot } from '../../session/client/store/labSnapshot';
import { plural } from '../shared/format';
import { type Action, defineActions, labelOf, perform, whyNot } from './action';

export interface TrainingContext {
	client: LabClient;
	lab: LabSnapshot;
	/** The form's experiment. */
	experiment: Experiment;
	/** The form differs from the runs on the page. */
	changed: boolean;
	/** Fields of the form without a valid value. */
	invalidFields: number;
	/** Runs of the form that do not exist yet. */
	addable: number;
	/** Called before runs start: brings them into view. */
	showRuns(): void;
}

const NO_WEBGPU = 'Training needs WebGPU.';
const NO_WORKER = 'The training worker stopped: start a new one first.';

/** Reason why no experiment can start now, ignoring the form; '' if one can. */
export function startRefusal({
	unavailable,
	workerStopped,
	pending,
	state,
}: Pick<LabSnapshot, 'unavailable' | 'workerStopped' | 'pending' | 'state'>): string {
	if (unavailable) return NO_WEBGPU;
	if (workerStopped) return NO_WORKER;
	return pending === 'start' || state === 'compiling' ? 'Wait until the current experiment has started.' : '';
}

/** Reason why the form cannot be trained; '' if it can. */
export function formRefusal(invalidFields: number): string {
	if (invalidFields === 0) return '';
	return invalidFields === 1 ? 'Fix the marked field first.' : `Fix the ${invalidFields} marked fields first.`;
}

/** Reason why this GPU cannot train the form's experiment, as far as it is known; '' if it can. */
export const gpuRefusal = ({ estimate }: LabSnapshot): string =>
	estimate?.problems.length ? 'This GPU cannot run the experiment. The form says why.' : '';

function trainRefusal({ lab, invalidFields }: TrainingContext): string {
	if (lab.unavailable) return NO_WEBGPU;
	if (lab.workerStopped) return NO_WORKER;
	if (lab.pending === 'start' || lab.pending === 'reset') return 'Wait until the last command has finished.';
	return formRefusal(invalidFields) || gpuRefusal(lab);
}

/** The runs on the page are those of the form. */
const holds = ({ lab, changed }: TrainingContext): boolean => !changed && lab.runs.length > 0;

export const TRAINING_ACTIONS = defineActions<TrainingContext>()({
	primary: {
		label: (context) => faceOf(context).label,
		help: 'Train, pause or resume',
		hint: (context) => {
			const { action, label } = faceOf(context);
			return action?.hint ? String(typeof action.hint === 'string' ? action.hint : action.hint(context)) : label;
		},
		keys: [' '],
		run(context) {
			const { action } = faceOf(context);
			if (action) perform(action, context);
		},
	},
	train: {
		label: (context) => (holds(context) && context.lab.state === 'finished' ? 'Train again' : 'Train'),
		hint: ({ lab }) =>
			lab.runs.length > 0 ? 'Ends the current runs and starts those in the form' : 'Trains every method and seed in the form',
		why: trainRefusal,
		run({ client, experiment, showRuns }) {
			showRuns();
			client.start(experiment);
		},
	},
	pause: {
		label: 'Pause',
		why: ({ lab }) => (lab.state !== 'running' ? 'Nothing is training.' : lab.pending === 'pause' ? 'Pausing after this step.' : ''),
		run: ({ client }) => client.pause(),
	},
	resume: {
		label: 'Resume',
		hint: ({ lab }) => (lab.deviceLost === null ? 'Resume' : 'Looks for the GPU at once'),
		why: ({ lab }) =>
			lab.state !== 'paused' && lab.deviceLost === null ? 'Nothing is paused.' : lab.pending === 'resume' ? 'Resuming.' : '',
		run: ({ client }) => client.resume(),
	},
	add: {
		label: 'Add',
		hint: ({ addable }) => `Trains ${plural(addable, 'more run')} from the form next to the current ones`,
		why: ({ lab, invalidFields, addable }) =>
			startRefusal(lab) ||
			formRefusal(invalidFields) ||
			(addable === 0 ? 'Every run in the form exists already: change a field, or add a method or a seed.' : ''),
		run({ client, experiment, showRuns }) {
			showRuns();
			client.add(experiment);
		},
	},
	step: {
		label: 'Step',
		hint: 'One step of every run',
		why(context) {
			const { lab } = context;
			if (lab.pending === 'start') return trainRefusal(context);
			if (lab.pending === 'step') return 'The last step is still running.';
			if (lab.runs.length > 0) return lab.state === 'paused' ? '' : 'Pause first.';
			return lab.state === 'compiling' ? 'Wait until the kernels are compiled.' : trainRefusal(context);
		},
		run({ client, lab, experiment }) {
			if (lab.runs.length === 0) client.startWithStep(experiment);
			else client.step();
		},
	},
	reset: {
		label: 'Reset',
		hint: 'Ends every run and deletes its model; the curves of finished runs are kept',
		why({ lab }) {
			if (lab.pending === 'reset') return 'Resetting.';
			if (lab.runs.length > 0 || lab.state === 'compiling') return '';
			return lab.unavailable ? NO_WEBGPU : 'Nothing has been trained yet.';
		},
		run: ({ client }) => client.reset(),
	},
});

export interface Face {
	/** What the button does; null while a command is under way. */
	action: Action<TrainingContext> | null;
	label: string;
	/** Reason to print below the button; '' if the progress line already says it. */
	why: string;
}

/** The main button: Train, Pause or Resume, or the command that is under way. */
export function faceOf(context: TrainingContext): Face {
	const { lab, changed } = context;
	const { train, pause, resume } = TRAINING_ACTIONS;
	const busy = (label: string): Face => ({ action: null, label, why: '' });
	if (!lab.unavailable) {
		if (lab.pending === 'start') return busy('Starting');
		if (lab.pending === 'reset') return busy('Train');
		if (holds(context) && lab.deviceLost !== null)
			return lab.pending === 'resume' ? busy('Looking for the GPU') : { action: resume, label: 'Resume', why: '' };
		if (lab.state === 'compiling' && !changed) return busy('Compiling');
		if (holds(context) && lab.state === 'running')
			return lab.pending === 'pause' ? busy('Pausing') : { action: pause, label: 'Pause', why: '' };
		if (holds(context) && lab.state === 'paused')
			return lab.pending === 'resume' ? busy('Resuming') : { action: resume, label: 'Resume', why: '' };
	}
	const why = whyNot(train, context);
	return { action: why === '' ? train : null, label: labelOf(train, context), why };
}
