import type { RefCallback } from 'react';
import { type Size, useMedia, useSize } from '../shared/hooks';

/** Least width of a column, CSS pixels, and of a panel with three of them. */
const COLUMN_WIDTH = 330;
const ROOM_FOR_THREE = 1500;

export interface Room {
	ref: RefCallback<HTMLDivElement>;
	/** Of all columns, CSS pixels. */
	size: Size;
	/** Columns that fit. */
	columns: number;
	/** True on a phone: one column, as high as it likes. */
	narrow: boolean;
}

/** Space for the columns of maps. */
export function useRoom(): Room {
	const [ref, size] = useSize<HTMLDivElement>();
	const narrow = useMedia('(max-width: 699px)');
	const most = size.width < ROOM_FOR_THREE ? 2 : 3;
	return { ref, size, narrow, columns: narrow ? 1 : Math.max(1, Math.min(most, Math.floor(size.width / COLUMN_WIDTH))) };
}
