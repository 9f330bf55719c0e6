import { useCallback, useEffect, useState } from 'react';
import { loadTheme, saveTheme, THEMES, type Theme } from '../../session/client/storage/preferences';
import { useMedia } from '../shared/hooks';
import type { Shade } from './attentionScale';

/** The chosen theme, and the shade it has now; `next` cycles system → light → dark. */
export function useTheme(): { theme: Theme; shade: Shade; next(): void } {
	const [theme, setTheme] = useState<Theme>(loadTheme);
	const systemDark = useMedia('(prefers-color-scheme: dark)');
	useEffect(() => {
		if (theme === 'system') delete document.documentElement.dataset.theme;
		else document.documentElement.dataset.theme = theme;
	}, [theme]);
	const next = useCallback(() => {
		const after = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
		setTheme(after);
		saveTheme(after);
	}, [theme]);
	return { theme, shade: theme === 'system' ? (systemDark ? 'dark' : 'light') : theme, next };
}
