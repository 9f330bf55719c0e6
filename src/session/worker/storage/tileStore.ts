import type { TileStore } from '../measuredTiles';

const [DATABASE, TABLE, KEY] = ['resformer-lab-tiles', 'tiles', 'measured'];

async function open() {
	const { openDB } = await import('idb');
	return openDB(DATABASE, 1, { upgrade: (database) => void database.createObjectStore(TABLE) });
}

/** Measured tiles in the browser's database. Both calls reject if the browser refuses. */
export const browserTiles: TileStore = {
	async read() {
		const database = await open();
		const stored = await database.get(TABLE, KEY);
		database.close();
		return stored;
	},
	async write(cache) {
		const database = await open();
		await database.put(TABLE, cache, KEY);
		database.close();
	},
};
