/** What the one loud button does now, and what Space does: plain functions of the session and the form. */
import type { LabSnapshot } from '../../session/client/store/labSnapshot';

export type PrimaryAction = 'train' | 'pause' | 'resume' | 'none';

export interface Primary {
	action: PrimaryAction;
	label: string;
	/** Why the button does nothing, where the progress beside it doesn't say so already. */
	why: string;
}

/** `changed`: the form differs from what is training; `errors`: fields of the form that can't be trained as they stand. */
export function primaryAction(lab: LabSnapshot, changed: boolean, errors: number): Primary {
	if (lab.unavailable) return { action: 'none', label: 'Train', why: 'Training needs WebGPU.' };
	if (lab.pending === 'start') return { action: 'none', label: 'Starting', why: '' };
	if (lab.pending === 'reset') return { action: 'none', label: 'Train', why: '' };
	const holds = !changed && lab.runs.length > 0;
	if (lab.state === 'compiling' && !changed) return { action: 'none', label: 'Compiling', why: '' };
	if (holds && lab.state === 'running')
		return lab.pending === 'pause' ? { action: 'none', label: 'Pausing', why: '' } : { action: 'pause', label: 'Pause', why: '' };
	if (holds && lab.state === 'paused')
		return lab.pending === 'resume' ? { action: 'none', label: 'Resuming', why: '' } : { action: 'resume', label: 'Resume', why: '' };
	if (errors > 0)
		return {
			action: 'none',
			label: 'Train',
			why: errors === 1 ? 'One field needs a valid value first.' : `${errors} fields need valid values first.`,
		};
	if (lab.estimate && lab.estimate.problems.length > 0)
		return { action: 'none', label: 'Train', why: 'This experiment does not fit the GPU.' };
	return { action: 'train', label: holds && lab.state === 'finished' ? 'Train again' : 'Train', why: '' };
}
