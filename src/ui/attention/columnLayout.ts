import type { AttentionMaps } from '../../experiment/records/frame';
import { POSITION_MEASURES } from '../measures/positionMeasures';
import type { Size } from '../shared/hooks';
import { gridWidth } from './MapGrid';
import { MARGIN, unitFor } from './mapSize';

/** Height above the map, and of a strip, CSS pixels. Every strip has its space, so that nothing moves when an answer arrives. */
const HEAD = 34;
const STRIP = 20;
/** Least width of the side: that of a strip's label. */
const LEAST_SIDE = 116;

export interface ColumnLayout {
	/** Width next to the open map, with the thumbnails; 0 = they are above it. */
	side: number;
	/** Side of a thumbnail. */
	thumb: number;
	/** Side of a cell of the open map. */
	unit: number;
}

/** Sizes of a column's parts, CSS pixels; `count` keys are in view. */
export function columnLayout({ width, height }: Size, { layers, heads }: AttentionMaps, count: number): ColumnLayout {
	const stacked = height === 0;
	const high = stacked ? width : height - HEAD - STRIP * POSITION_MEASURES.length;
	const inner = width - 24;
	const thumb = thumbnailSize(layers, heads, stacked ? inner : Math.min(200, 0.42 * inner), stacked ? 340 : high - 74);
	const side = stacked ? 0 : Math.max(LEAST_SIDE, gridWidth(heads, thumb)) + 8;
	return { side, thumb, unit: unitFor(Math.max(96, Math.min(inner - side - MARGIN.left, high - MARGIN.top)), count) };
}

/** As large as the space allows, between 12 and 44 pixels. */
function thumbnailSize(layers: number, heads: number, width: number, height: number): number {
	const gap = gridWidth(1, 0) - gridWidth(0, 0);
	const edge = gridWidth(0, 0);
	return Math.floor(Math.max(12, Math.min(44, (width - edge) / heads - gap, (height - edge) / layers - gap)));
}
