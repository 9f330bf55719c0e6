import { useEffect } from 'react';
import { handleKey } from './actions/action';
import { TRAINING_ACTIONS, type TrainingContext } from './actions/trainingActions';
import { VIEW_ACTIONS, type ViewContext } from './actions/viewActions';
import { isForControl, isTextField, useKey } from './shared/hooks';

/** Keys of the whole page; a dialog (`blocked`) and the focused control come first. `training` is null while the lab is not shown. */
export function usePageKeys(training: TrainingContext | null, view: ViewContext, blocked: boolean): void {
	useEffect(() => {
		addEventListener('keydown', stopHeldEnter, true);
		return () => removeEventListener('keydown', stopHeldEnter, true);
	}, []);
	useKey((event) => {
		if (blocked || event.defaultPrevented || isTextField(event.target)) return;
		if (handleKey(VIEW_ACTIONS, view, event)) return;
		if (training && !isForControl(event)) handleKey(TRAINING_ACTIONS, training, event);
	});
}

/** A held Enter would press the focused button again and again. */
function stopHeldEnter(event: KeyboardEvent): void {
	if (event.repeat && event.key === 'Enter' && (event.target as Element | null)?.closest?.('button, summary, a')) event.preventDefault();
}
