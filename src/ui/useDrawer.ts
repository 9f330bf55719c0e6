import { useCallback, useMemo, useState } from 'react';
import { useMedia } from './shared/hooks';

export interface Drawer {
	/** The form is a drawer, or a sheet on a phone, instead of a rail. */
	folded: boolean;
	/** Open, where the form is a drawer. */
	open: boolean;
	/** The form cannot be reached: its drawer is closed. */
	closed: boolean;
	toggle(): void;
	close(): void;
}

/** The form: a rail where there is room, a drawer on a middle-sized window, a sheet over everything on a phone. */
export function useDrawer(): Drawer {
	const folded = !useMedia('(min-width: 1200px)');
	const [wanted, setWanted] = useState(false);
	const toggle = useCallback(() => setWanted((open) => !open), []);
	const close = useCallback(() => setWanted(false), []);
	return useMemo(() => ({ folded, open: wanted && folded, closed: !wanted && folded, toggle, close }), [folded, wanted, toggle, close]);
}
