/** The tiles that were measured on this machine, in a file that every command reads. */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Device } from '../gpu/device';
import { readTileCache, type TileCache, takeMeasuredTiles } from '../gpu/tileCache';
import { writeWhole } from './files';

/** A bundle's own address says nothing of the project's folder, so it is found from `scripts/lab.mjs`. */
const path = (): string => join(process.env.LAB_CACHE || join(dirname(resolve(process.argv[1])), '../.cache'), 'tiles.json');

/** Empty if there is no file, or it can't be used. */
export function readTiles(): TileCache {
	try {
		return readTileCache(JSON.parse(readFileSync(path(), 'utf8')));
	} catch {
		return readTileCache(null);
	}
}

/** @returns the file's path @throws UsageError */
export function writeTiles(cache: TileCache): string {
	mkdirSync(dirname(path()), { recursive: true });
	writeWhole(path(), new TextEncoder().encode(`${JSON.stringify(cache, null, '\t')}\n`));
	return path();
}

/** Plans for the device take the tiles that were measured on its adapter. */
export const takeTileFile = (device: Device): void => takeMeasuredTiles(device, readTiles());
