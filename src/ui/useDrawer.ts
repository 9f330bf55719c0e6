import { useCallback, useMemo, useState } from 'react';
import { useMedia } from './shared/hooks';

export type Layout = 'wide' | 'middle' | 'narrow';

export interface Drawer {
	layout: Layout;
	/** Open, in the layout in which the form is a drawer. */
	open: boolean;
	/** The form cannot be reached: its drawer is closed. */
	closed: boolean;
	toggle(): void;
	close(): void;
}

/** The form: a rail where there is room, a drawer on a middle-sized window, above the charts on a phone. */
export function useDrawer(): Drawer {
	const wide = useMedia('(min-width: 1200px)');
	const narrow = useMedia('(max-width: 699px)');
	const layout = wide ? 'wide' : narrow ? 'narrow' : 'middle';
	const [wanted, setWanted] = useState(false);
	const toggle = useCallback(() => setWanted((open) => !open), []);
	const close = useCallback(() => setWanted(false), []);
	return useMemo(
		() => ({ layout, open: wanted && layout === 'middle', closed: !wanted && layout === 'middle', toggle, close }),
		[layout, wanted, toggle, close],
	);
}
