/** The tiles of a product on an adapter, as a tuning run has found them. */
export interface TunedTiles {
	/** Kernel and extents, such as `matmulTN: 64×192×1024 in 8 parts`. */
	product: string;
	/** Number of workgroups with the largest tiles, on which the rule depends. */
	workgroups: number;
	/** Each tile that the product may take, such as `64×64`, with the median microseconds of a dispatch; null if there is no other tile. */
	candidates: { tile: string; us: number | null }[];
	byRule: string;
	chosen: string;
	/** `measured`: clearly faster than the rule's. `rule`: no other is. `only`: no other fits. */
	why: 'measured' | 'rule' | 'only';
}

/** A tile replaces the rule's if its time is shorter by more than this share, which noise hardly ever makes. */
export const TILE_MARGIN = 0.05;

export const TILE_REASONS: Readonly<Record<TunedTiles['why'], string>> = {
	measured: 'faster than the rule’s',
	rule: `rule: no other is ${100 * TILE_MARGIN} % faster`,
	only: 'no other tile fits',
};

/** Names of all tiles in the rows. */
export const tilesOf = (rows: readonly TunedTiles[]): string[] => [
	...new Set(rows.flatMap(({ candidates }) => candidates.map(({ tile }) => tile))),
];

/** Microseconds of a product with a tile; NaN if it was not measured. */
export const timeOf = ({ candidates }: TunedTiles, tile: string): number =>
	candidates.find((candidate) => candidate.tile === tile)?.us ?? Number.NaN;
