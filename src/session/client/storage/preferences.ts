/** Preferences kept in the browser. Storage may be refused, as in private windows; then nothing is kept. */

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const THEME_KEY = 'resformer-lab.theme';

/** The theme chosen earlier; `system` when none was. */
export function loadTheme(): Theme {
	try {
		const stored = localStorage.getItem(THEME_KEY);
		return THEMES.find((theme) => theme === stored) ?? 'system';
	} catch {
		return 'system';
	}
}

/** Keeps the theme. Does nothing if storage is refused. */
export function saveTheme(theme: Theme): void {
	try {
		if (theme === 'system') localStorage.removeItem(THEME_KEY);
		else localStorage.setItem(THEME_KEY, theme);
	} catch {
		// The theme is not kept, but still applies while the page is open.
	}
}
