import { handleKey } from './actions/action';
import { TRAINING_ACTIONS, type TrainingContext } from './actions/trainingActions';
import { VIEW_ACTIONS, type ViewContext } from './actions/viewActions';
import { isForControl, isTextField, useKey } from './shared/hooks';

/** Keys of the whole page; a dialog (`blocked`) and the focused control come first. */
export function usePageKeys(training: TrainingContext, view: ViewContext, blocked: boolean): void {
	useKey((event) => {
		if (blocked || event.defaultPrevented || isTextField(event.target)) return;
		if (handleKey(VIEW_ACTIONS, view, event)) return;
		if (!isForControl(event)) handleKey(TRAINING_ACTIONS, training, event);
	});
}
