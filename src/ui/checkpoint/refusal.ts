import type { LabSnapshot } from '../../session/client/store/labSnapshot';

/** Why nothing can start from a checkpoint now; empty where it can. `errors`: fields of the form without a valid value. */
export function refusal(lab: Pick<LabSnapshot, 'unavailable' | 'pending' | 'state'>, errors: number): string {
	if (lab.unavailable) return 'Training needs WebGPU.';
	if (lab.pending === 'start' || lab.state === 'compiling') return 'Another experiment is starting: wait until it has.';
	return errors > 0 ? 'The form has a field without a valid value: mend it first.' : '';
}
