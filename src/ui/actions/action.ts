/** A command of the page. Buttons, menus, tooltips, the key handlers and the help read it. */
export interface Action<Context> {
	/** Text of its button or menu item. */
	label: string | ((context: Context) => string);
	/** One line for the tooltip, and for the help if the action has keys. Default: the label. */
	hint?: string | ((context: Context) => string);
	/** Text in the help's list of keys. Default: the hint or label, if that is a plain string. */
	help?: string;
	/**
	 * Values of `KeyboardEvent.key`. A key with `Shift+` in front wins over the plain one; a plain key also matches with
	 * Shift held if no action lists it with Shift.
	 */
	keys?: readonly string[];
	/** The browser or the control itself handles the keys; the entry only documents them. */
	native?: true;
	/** Reason why it is not possible now; '' if it is. Default: always possible. */
	why?(context: Context): string;
	/** False if the action has no meaning here: menus leave it out. */
	offered?(context: Context): boolean;
	run(context: Context, press?: KeyPress): void;
}

export interface KeyPress {
	key: string;
	shift: boolean;
}

export type Actions<Context> = Readonly<Record<string, Action<Context>>>;

/** Checks a table of actions against its context and keeps its keys' names. */
export const defineActions =
	<Context>() =>
	<Name extends string>(actions: Record<Name, Action<Context>>): Record<Name, Action<Context>> =>
		actions;

/** Reason why the action is not possible now; '' if it is. */
export const whyNot = <Context>(action: Action<Context>, context: Context): string => action.why?.(context) ?? '';

const textOf = <Context>(text: string | ((context: Context) => string), context: Context): string =>
	typeof text === 'string' ? text : text(context);

export const labelOf = <Context>(action: Action<Context>, context: Context): string => textOf(action.label, context);

/** Tooltip: the reason why it is not possible, or else the hint with the action's keys. */
export function titleOf<Context>(action: Action<Context>, context: Context): string {
	const why = whyNot(action, context);
	if (why !== '') return why;
	const keys = keyNames(action);
	return `${textOf(action.hint ?? action.label, context)}${keys.length > 0 ? ` (${keys.join(' ')})` : ''}`;
}

/** Runs the action if it is possible. Returns whether it ran. */
export function perform<Context>(action: Action<Context>, context: Context, press?: KeyPress): boolean {
	if (whyNot(action, context) !== '') return false;
	action.run(context, press);
	return true;
}

type KeyEvent = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey' | 'preventDefault'> & {
	repeat?: boolean;
	isComposing?: boolean;
	/** Of React's events. */
	nativeEvent?: { isComposing?: boolean };
};

/** Keys that move or zoom: they repeat while they are held. Any other acts once. */
const REPEATS = /^(Arrow|Page)|^[-+=[\]]$/;

/** Performs the action that the key belongs to, and keeps the key from the browser. Returns whether one ran. */
export function handleKey<Context>(actions: Actions<Context>, context: Context, event: KeyEvent): boolean {
	if (event.ctrlKey || event.metaKey || event.altKey) return false;
	// The key chooses a word of an input method.
	if (event.isComposing || event.nativeEvent?.isComposing) return false;
	const all = Object.values(actions);
	const listing = (key: string) => all.find((action) => action.keys?.includes(key));
	const action = (event.shiftKey && listing(`Shift+${event.key}`)) || listing(event.key);
	if (!action || action.native) return false;
	if (event.repeat && !REPEATS.test(event.key)) {
		event.preventDefault();
		return true;
	}
	if (!perform(action, context, { key: event.key, shift: event.shiftKey })) return false;
	event.preventDefault();
	return true;
}

const KEY_NAMES: Record<string, string> = {
	' ': 'Space',
	Escape: 'Esc',
	ArrowLeft: '←',
	ArrowRight: '→',
	ArrowUp: '↑',
	ArrowDown: '↓',
	'-': '−',
	PageUp: 'Page ↑',
	PageDown: 'Page ↓',
};

/** Keys that do the same as another in the list: `=` is `+` without Shift, arrows with Shift go further. */
const isVariant = (key: string, keys: readonly string[]): boolean =>
	(key === '=' && keys.includes('+')) || (key.startsWith('Shift+') && keys.includes(key.slice(6)));

/** Names of the action's keys as keyboards print them, such as `Space` or `+` and `−`. */
export function keyNames({ keys = [] }: Pick<Action<never>, 'keys'>): string[] {
	const shown = keys.filter((key) => !isVariant(key, keys));
	const arrows = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].every((key) => shown.includes(key));
	const names = shown.filter((key) => !arrows || !key.startsWith('Arrow')).map((key) => KEY_NAMES[key] ?? key.replace('Shift+', 'Shift '));
	return [...(arrows ? ['Arrows'] : []), ...names];
}

/** Menu items of those actions that are offered in this context. */
export function menuItems<Context>(actions: readonly Action<Context>[], context: Context): { label: string; why: string; act(): void }[] {
	return actions
		.filter((action) => action.offered?.(context) ?? true)
		.map((action) => ({ label: labelOf(action, context), why: whyNot(action, context), act: () => void perform(action, context) }));
}

/** An action's line in the help's list of keys. */
export function helpText({ help, hint, label }: Pick<Action<never>, 'help' | 'hint' | 'label'>): string {
	return help ?? [hint, label].find((text) => typeof text === 'string') ?? '';
}
