import { useMemo } from 'react';
import type { ColumnView } from './columns';
import type { Picture } from './paint';
import { sinkLogitShares } from './sinkLogit';

/** `sinkLogitShares`; the same array for the same map. */
export function useSinkLogit(column: ColumnView, picture: Picture, layer: number, head: number): Float32Array | null {
	const { method } = column.run.info;
	const { sinkLogit } = column.intervention;
	// biome-ignore lint/correctness/useExhaustiveDependencies: of the column, only the method and this switch are read
	return useMemo(() => sinkLogitShares(column, picture, layer, head), [method, sinkLogit, picture, layer, head]);
}
