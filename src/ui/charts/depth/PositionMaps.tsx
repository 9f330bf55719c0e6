import { useMemo, useState } from 'react';
import type { RunView } from '../../../session/client/store/labSnapshot';
import { FRAME_MEASURES, type FrameMeasure } from '../../measures/positionMeasures';
import { FigureMenu } from '../../shared/figures/FigureMenu';
import { formatCount, formatShare, formatThreeDigits } from '../../shared/format';
import { useSize } from '../../shared/hooks';
import { useTip } from '../../shared/tip';
import { tokenText } from '../../shared/tokenText';
import { useSame } from '../../shared/useSame';
import type { ScaleName, Shade } from '../../theme/attentionScale';
import { ScaleSelect } from '../../theme/ScaleSelect';
import { Swatch } from '../../theme/Swatch';
import { GridMap } from './GridMap';
import { largest } from './grid';
import { type PositionGrid, positionGrids, probedSeeds, probedSteps } from './positionGrids';
import { ScaleBar } from './ScaleBar';
import { StepChoice } from './StepChoice';

/** Least width of a method's map, CSS pixels. */
const COLUMN = 300;

/** Importance or a norm by layer and position, one map per method on one scale. */
export function PositionMaps({ runs, shade }: { runs: readonly RunView[]; shade: Shade }) {
	const [name, setName] = useState<FrameMeasure['name']>('importance');
	const [scale, setScale] = useState<ScaleName>('root');
	const [wantedSeed, setSeed] = useState<number | null>(null);
	const [step, setStep] = useState<number | null>(null);
	const [ref, size] = useSize<HTMLDivElement>();
	const seeds = probedSeeds(runs);
	const seed = wantedSeed !== null && seeds.includes(wantedSeed) ? wantedSeed : (seeds[0] ?? 1);
	const tracks = useSame(runs.flatMap(({ info, name, frames }) => [info, name, frames]));
	// biome-ignore lint/correctness/useExhaustiveDependencies: `tracks` covers everything that is read from `runs`
	const grids = useMemo(() => positionGrids(runs, name, seed, step), [tracks, name, seed, step]);
	const colours = useMemo(() => ({ scale, limit: largest(grids), signed: false, shade }), [grids, scale, shade]);
	const measure = FRAME_MEASURES.find((each) => each.name === name) ?? FRAME_MEASURES[0];
	const format = name === 'importance' ? formatShare : formatThreeDigits;
	const tip = useTip(measure.help, measure.formula);
	const across = Math.max(1, Math.min(grids.length, Math.floor(size.width / COLUMN)));
	return (
		<>
			<div className="depth-tools">
				<label className="inline">
					Show
					<select value={name} onChange={(event) => setName(event.target.value as FrameMeasure['name'])} {...tip}>
						{FRAME_MEASURES.map(({ name, label, letter }) => (
							<option key={name} value={name}>
								{label}, {letter}
							</option>
						))}
					</select>
				</label>
				<ScaleSelect scale={scale} onScale={setScale} />
				{seeds.length > 1 && (
					<label className="inline">
						Seed
						<select value={seed} onChange={(event) => setSeed(Number(event.target.value))}>
							{seeds.map((value) => (
								<option key={value}>{value}</option>
							))}
						</select>
					</label>
				)}
				<StepChoice steps={probedSteps(runs)} step={step} onStep={setStep} />
				<ScaleBar colours={colours} format={format} />
				<FigureMenu title={`${measure.label} by layer and position`} runs={runs} records={() => recordsOf(grids)} />
			</div>
			<div ref={ref} className="depth-maps" style={{ gridTemplateColumns: `repeat(${across}, minmax(0, 1fr))` }}>
				{grids.length === 0 && <p className="empty">A map appears here for each method once its attention has been probed.</p>}
				{size.width > 0 &&
					grids.map((grid) => (
						<PositionMap
							key={grid.group}
							grid={grid}
							title={measure.label}
							colours={colours}
							format={format}
							width={size.width / across - 16}
						/>
					))}
			</div>
			<p className="caption">{measure.help} Rows are layers, columns are the positions of one sequence. All maps share the colour scale.</p>
		</>
	);
}

async function recordsOf(grids: readonly PositionGrid[]) {
	const { gridRecords } = await import('../figureRecords');
	return gridRecords(
		grids,
		({ label, seed, step }) => ({ method: label, seed, step }),
		({ tokens }, column) => ({ position: column + 1, token: tokens[column] }),
	);
}

interface MapProps {
	grid: PositionGrid;
	/** The measure's label. */
	title: string;
	colours: Parameters<typeof ScaleBar>[0]['colours'];
	format(value: number): string;
	width: number;
}

function PositionMap({ grid, title, colours, format, width }: MapProps) {
	const [read, setRead] = useState<string | null>(null);
	const { label, style, seed, step, tokens, values, columns } = grid;
	const cellText = (row: number, column: number) =>
		`layer ${row + 1}, ${tokenText(tokens, column)}: ${format(values[row * columns + column])}`;
	const ticks = useMemo(() => ticksOf(columns), [columns]);
	return (
		<figure className="depth-map">
			<figcaption>
				<Swatch style={style} /> {label} <span className="label">{read ?? `seed ${seed}, step ${formatCount(step)}`}</span>
			</figcaption>
			<GridMap
				grid={grid}
				colours={colours}
				width={width}
				label={`${title} of ${label} by layer and position`}
				cellText={cellText}
				ticks={ticks}
				onRead={setRead}
			/>
		</figure>
	);
}

/** Positions from 1, in quarters. */
function ticksOf(columns: number): { column: number; text: string }[] {
	const places = new Set([0, 1, 2, 3, 4].map((quarter) => Math.round((quarter * (columns - 1)) / 4)));
	return [...places].map((column) => ({ column, text: String(column + 1) }));
}
