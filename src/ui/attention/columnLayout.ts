import type { AttentionMaps } from '../../experiment/records/frame';
import { gridWidth } from './MapGrid';
import { MARGIN, unitFor } from './mapSize';

/** Least width of the side: that of a strip's label. */
const LEAST_SIDE = 170;
/** Least side of an open map next to its thumbnails, if the column is wide enough; otherwise they are above it. CSS pixels. */
const LEAST_MAP = 320;
/** Height of thumbnails above a map, CSS pixels; on a phone, where they are pressed with a finger, and elsewhere. */
const ABOVE = { narrow: 340, wide: 108 };

export interface ColumnRoom {
	/** CSS pixels. */
	width: number;
	/** True on a phone. */
	narrow: boolean;
	/** Largest side of an open map, CSS pixels. */
	most: number;
}

/** Of a map: its layers and heads, the keys in view, and space right of it, CSS pixels. */
interface Shown extends Pick<AttentionMaps, 'layers' | 'heads'> {
	count: number;
	reserved: number;
}

export interface ColumnLayout {
	/** Width next to the open map, with the thumbnails; 0 = they are above it, and labels of strips above their bars. */
	side: number;
	/** Side of a thumbnail. */
	thumb: number;
	/** Side of a cell of the open map. */
	unit: number;
}

/** Sizes of a column's parts, CSS pixels. */
export function columnLayout({ width, narrow, most }: ColumnRoom, { layers, heads, count, reserved }: Shown): ColumnLayout {
	const inner = width - 24;
	const thumb = thumbnailSize(layers, heads, LEAST_SIDE, most - 60);
	const side = Math.max(LEAST_SIDE, gridWidth(heads, thumb)) + 8;
	const beside = inner - side - MARGIN.left - reserved;
	const unit = (room: number) => unitFor(Math.max(96, Math.min(most, room)), count);
	if (!narrow && beside >= LEAST_MAP) return { side, thumb, unit: unit(beside) };
	const above = thumbnailSize(layers, heads, narrow ? inner : inner - 190, narrow ? ABOVE.narrow : ABOVE.wide);
	return { side: 0, thumb: above, unit: unit(inner - MARGIN.left - reserved) };
}

/** As large as the space allows, between 12 and 44 pixels. */
function thumbnailSize(layers: number, heads: number, width: number, height: number): number {
	const gap = gridWidth(1, 0) - gridWidth(0, 0);
	const edge = gridWidth(0, 0);
	return Math.floor(Math.max(12, Math.min(44, (width - edge) / heads - gap, (height - edge) / layers - gap)));
}
