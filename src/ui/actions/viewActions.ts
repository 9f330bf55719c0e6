import type { Theme } from '../../session/client/storage/preferences';
import { defineActions } from './action';

export type PageDialog = 'help' | 'gpu' | 'profile';

export interface ViewContext {
	theme: Theme;
	nextTheme(): void;
	openDialog(dialog: PageDialog): void;
	formOpen: boolean;
	/** Opens or closes the drawer with the form. */
	toggleForm(): void;
}

const THEME_NAMES: Record<Theme, string> = { system: 'as the system', light: 'light', dark: 'dark' };

export const VIEW_ACTIONS = defineActions<ViewContext>()({
	help: {
		label: 'Help and keys',
		keys: ['?'],
		run: ({ openDialog }) => openDialog('help'),
	},
	close: {
		label: 'Close',
		help: 'Close a dialog, a menu, a tooltip or the form’s drawer',
		keys: ['Escape'],
		why: ({ formOpen }) => (formOpen ? '' : 'Nothing is open.'),
		run: ({ toggleForm }) => toggleForm(),
	},
	gpu: {
		label: 'About this GPU',
		run: ({ openDialog }) => openDialog('gpu'),
	},
	profile: {
		label: 'Where a step’s time goes',
		run: ({ openDialog }) => openDialog('profile'),
	},
	theme: {
		label: ({ theme }) => `Theme: ${THEME_NAMES[theme]}`,
		run: ({ nextTheme }) => nextTheme(),
	},
	form: {
		label: 'Experiment',
		hint: 'The form with the experiment',
		run: ({ toggleForm }) => toggleForm(),
	},
});
