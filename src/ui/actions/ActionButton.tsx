import type { ReactNode } from 'react';
import { type Action, labelOf, perform, titleOf, whyNot } from './action';

interface Props<Context> {
	action: Action<Context>;
	context: Context;
	className?: string;
	/** Accessible name, if the button's text says too little. */
	label?: string;
	/** Stays focusable while it is not possible, so that screen readers reach the reason. */
	focusable?: boolean;
	/** Default: the action is not possible. */
	blocked?: boolean;
	describedBy?: string;
	/** True if the part of the page that it opens is open. */
	expanded?: boolean;
	/** State of a toggle button. */
	pressed?: boolean;
	/** Shown in place of the action's label. */
	children?: ReactNode;
}

/** A button for an action: disabled while it is not possible, with the reason as its tooltip. */
export function ActionButton<Context>(props: Props<Context>) {
	const { action, context, className, label, focusable = false, describedBy, expanded, pressed, children } = props;
	const { blocked = whyNot(action, context) !== '' } = props;
	return (
		<button
			type="button"
			className={className}
			aria-label={label}
			aria-describedby={describedBy}
			aria-expanded={expanded}
			aria-pressed={pressed}
			aria-disabled={focusable ? blocked : undefined}
			disabled={!focusable && blocked}
			title={titleOf(action, context)}
			onClick={() => perform(action, context)}
		>
			{children ?? labelOf(action, context)}
		</button>
	);
}
