/** A pair of attention maps where two methods differ most. Plain functions. */
import { methodLabel } from '../../../experiment/methods/names';
import type { Frame } from '../../../experiment/records/frame';
import { latestFrame } from '../../../session/client/runs/frames';
import { baselineOf } from '../../../session/client/runs/runGroups';
import type { RunView } from '../../../session/client/store/labSnapshot';
import { firstTokenShare, mapOffset } from '../../measures/firstToken';
import { mostDifferent, type Probes } from '../../measures/mostDifferent';
import { formatShare } from '../../shared/format';
import { SCALES } from '../../theme/attentionScale';

/** One map as a few shades, each with its cells. */
export interface ShadedMap {
	label: string;
	/** Share of attention that goes to the first token, over all queries but its own. */
	first: number;
	/** Attention of each cell, [side × side]. */
	values: Float32Array;
	/** SVG paths of the cells of each shade from 1 to `SHADES`, in units of one cell. */
	paths: string[];
}

export interface MapFigure {
	kind: 'maps';
	caption: string;
	/** Cells along a side. */
	side: number;
	/** First token of each cell, from 1. */
	spans: number[];
	/** Layer and head, from 1, and the step. */
	place: { layer: number; head: number; step: number };
	maps: ShadedMap[];
}

/** Number of shades that are not the ground's. */
export const SHADES = 7;
/** Most cells along a side. A cell that stands for several shows the largest, so that a sink's column stays visible. */
const MOST_CELLS = 32;

/** The baseline's map and that of the run whose attention to the first token differs most from it, in that layer and head. */
export function mapFigure(runs: readonly RunView[]): MapFigure | null {
	const probed = runs.flatMap((run) => {
		const frame = run.maps ?? latestFrame(run.frames);
		return frame ? [{ run, frame }] : [];
	});
	const baseline = baselineOf(
		probed.map(({ run }) => run),
		null,
	);
	const base = probed.find(({ run }) => run.info.group === baseline?.group);
	if (!base) return null;
	const { heads, length } = base.frame;
	const others = probed.filter(({ run, frame }) => frame !== base.frame && frame.length === length && run.info.seed === base.run.info.seed);
	// Each run's last probe, at whatever step that was.
	const last = ({ frame }: (typeof probed)[number]): Probes => ({ steps: [0], at: () => frame });
	const found = mostDifferent([base, ...others].map(last), 'first');
	const [other, layer, head] = found ? [others[found.run - 1], found.layer, found.head] : [base, 0, 0];
	const shown = other === base ? [base] : [base, other];
	const side = Math.min(length, MOST_CELLS);
	const maps = shown.map(({ run, frame }) => {
		const values = cellValues(frame, layer, head, side);
		return {
			label: methodLabel(run.info.method),
			first: length > 1 ? firstTokenShare(frame, layer, head) : 0,
			values,
			paths: shadePaths(values, side),
		};
	});
	const spans = Array.from({ length: side }, (_, cell) => startOf(cell, length, side) + 1);
	const text = `Layer ${layer + 1}${heads > 1 ? `, head ${head + 1}` : ''}, step ${base.frame.step}`;
	const shares = maps.map(({ label, first }) => `${formatShare(first)} in ${label}`).join(', ');
	const place = { layer: layer + 1, head: head + 1, step: base.frame.step };
	return { kind: 'maps', side, spans, place, maps, caption: `${text}, one seed. Of these maps’ attention, the first token gets ${shares}` };
}

/** A cell's shade, 0 to `SHADES`: the square root shows small probabilities, which are most of them. */
const shadeOf = (probability: number) => Math.round(SHADES * SCALES.root(Math.min(1, Math.max(0, probability))));

/** The first token of a cell, from 0. */
const startOf = (cell: number, length: number, side: number) => Math.floor((cell * length) / side);

/** The largest attention in each cell, [side × side]; 0 above the diagonal. */
function cellValues(maps: Frame, layer: number, head: number, side: number): Float32Array {
	const { probabilities, length } = maps;
	const offset = mapOffset(maps, layer, head);
	const start = (cell: number) => startOf(cell, length, side);
	const values = new Float32Array(side * side);
	for (let row = 0; row < side; row++)
		for (let column = 0; column <= row; column++)
			for (let query = start(row); query < start(row + 1); query++)
				for (let key = start(column); key < start(column + 1); key++)
					values[row * side + column] = Math.max(values[row * side + column], probabilities[offset + query * length + key]);
	return values;
}

/** The map's cells by shade, as rows of runs of equal cells. */
function shadePaths(values: Float32Array, side: number): string[] {
	const paths = new Array<string>(SHADES).fill('');
	for (let row = 0; row < side; row++) {
		let from = 0;
		let shade = shadeOf(values[row * side]);
		for (let column = 1; column <= row + 1; column++) {
			const next = column <= row ? shadeOf(values[row * side + column]) : -1;
			if (next === shade) continue;
			if (shade > 0) paths[shade - 1] += `M${from},${row}h${column - from}v1h${from - column}z`;
			from = column;
			shade = next;
		}
	}
	return paths;
}
