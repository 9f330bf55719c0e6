import { TILE_REASONS, type TunedTiles, tilesOf, timeOf } from '../experiment/records/tiles';
import type { GpuContext } from '../gpu/gpuContext';
import type { Progress } from '../gpu/library';
import { takeMeasuredTiles, withRows } from '../gpu/tileCache';
import type { ModelConfig } from '../model/config';
import { tuneSteps } from '../training/stepTuning';
import type { StepShape } from '../training/trainingGraphs';
import { printLine } from './output/jsonLines';
import { decimals, table } from './output/table';
import { readTiles, writeTiles } from './tileFile';

/** Measures the tiles of products in the training steps of some models, prints and keeps them, and lets later plans take them. */
export async function tune(
	gpu: GpuContext,
	configs: readonly ModelConfig[],
	shape: StepShape,
	json: boolean,
	compiling: { report: Progress; end(): void },
): Promise<void> {
	const { adapter } = gpu;
	const rows = await Promise.race([tuneSteps(gpu, configs, shape, compiling.report), gpu.lost]);
	compiling.end();
	if (json)
		for (const { candidates, ...row } of rows) printLine({ ...row, us: Object.fromEntries(candidates.map(({ tile, us }) => [tile, us])) });
	if (rows.length === 0) {
		if (!json) console.log(`\nthe ${adapter.profile.name} kernels have one size of tiles: there is nothing to measure`);
		return;
	}
	const cache = withRows(readTiles(), adapter, rows);
	takeMeasuredTiles(adapter, cache);
	const path = writeTiles(cache);
	if (!json) console.log(tuningText(rows, path));
}

function tuningText(rows: readonly TunedTiles[], path: string): string {
	const tiles = tilesOf(rows);
	const time = (us: number) => (Number.isNaN(us) ? '–' : decimals(us, 1));
	return [
		`\ntiles of products, kept in ${path}:`,
		table([
			['product: rows × columns × inner extent', 'workgroups', ...tiles.map((tile) => `${tile} µs`), 'by rule', 'chosen', 'why'],
			...rows.map((row) => [
				row.product,
				String(row.workgroups),
				...tiles.map((tile) => time(timeOf(row, tile))),
				row.byRule,
				row.chosen,
				TILE_REASONS[row.why],
			]),
		]),
	].join('\n');
}
