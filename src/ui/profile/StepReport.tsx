import type { KernelTime, StepReport as Report, StepCost } from '../../experiment/records/stepReport';
import { TILE_REASONS, type TunedTiles, tilesOf, timeOf } from '../../experiment/records/tiles';
import { formatBytes, formatCount, formatShare, plural } from '../shared/format';
import { ScrollRegion } from '../shared/ScrollRegion';
import { arenasOf, formatMs, formatRate, METHOD_TEXTS, peaksText, predictionText, stepSentence } from './stepText';

/** A measured step: a sentence, its kernels, its memory, and what the cost model says of it here and on other GPUs. */
export function StepReport({ label, report }: { label: string; report: Report }) {
	const { cost, times } = report;
	return (
		<div className="step-report figure-part">
			<p className="step-sentence" role="status">
				{stepSentence(label, times)}
			</p>
			<p className="label">
				{METHOD_TEXTS[times.method]} A dispatch without work takes {formatRate(times.peaks.dispatch * 1e6)}
				{'\u00a0'}µs here; that part of each dispatch counts as waiting.
			</p>
			<KernelTable kernels={times.kernels} />
			{report.tiles && report.tiles.length > 0 && <TileTable rows={report.tiles} />}
			<div className="step-facts">
				<section>
					<h3>This step</h3>
					<Facts report={report} />
				</section>
				<section>
					<h3>Memory on the GPU</h3>
					<MemoryTable cost={cost} />
				</section>
				<section>
					<h3>On other GPUs (estimates)</h3>
					<EstimateTable estimates={cost.estimates} />
				</section>
			</div>
		</div>
	);
}

const COLUMNS = ['µs per step', 'of the time', 'dispatches', 'µs each', 'GFLOP/s', 'GB/s', 'of peak'];

function KernelTable({ kernels }: { kernels: readonly KernelTime[] }) {
	const sum = kernels.reduce((total, { us }) => total + us, 0);
	const most = Math.max(...kernels.map(({ us }) => us));
	return (
		<ScrollRegion label="Kernels by time">
			<table className="data kernels">
				<thead>
					<tr>
						<th scope="col">Kernel, op</th>
						<th scope="col" className="bar-head">
							<span className="hidden">Time as a bar</span>
						</th>
						{COLUMNS.map((column) => (
							<th key={column} scope="col" className="number">
								{column}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{kernels.map(({ kernel, op, us, dispatches, flops, gflops, gbs, share }) => (
						<tr key={`${kernel} ${op}`}>
							<th scope="row">
								<span className="mono">{kernel}</span> <span className="muted">{op}</span>
							</th>
							<td className="bar-cell">
								<span className="kernel-bar" style={{ width: `${(100 * us) / (most || 1)}%` }} />
							</td>
							<td className="number">{formatRate(us)}</td>
							<td className="number">{formatShare(us / (sum || 1))}</td>
							<td className="number">{formatCount(dispatches)}</td>
							<td className="number">{formatRate(us / dispatches)}</td>
							<td className="number">{flops > 0 ? formatRate(gflops) : '–'}</td>
							<td className="number">{formatRate(gbs)}</td>
							<td className="number">{Number.isFinite(share) ? formatShare(share) : '–'}</td>
						</tr>
					))}
				</tbody>
			</table>
		</ScrollRegion>
	);
}

function TileTable({ rows }: { rows: readonly TunedTiles[] }) {
	const tiles = tilesOf(rows);
	return (
		<section>
			<h3>Tiles of products</h3>
			<ScrollRegion label="Tiles of products">
				<table className="data kernels">
					<thead>
						<tr>
							<th scope="col">Product: rows × columns × inner extent</th>
							<th scope="col" className="number">
								workgroups
							</th>
							{tiles.map((tile) => (
								<th key={tile} scope="col" className="number">
									{tile}, µs
								</th>
							))}
							<th scope="col">chosen</th>
							<th scope="col">why</th>
						</tr>
					</thead>
					<tbody>
						{rows.map((row) => (
							<tr key={row.product}>
								<th scope="row" className="mono">
									{row.product}
								</th>
								<td className="number">{formatCount(row.workgroups)}</td>
								{tiles.map((tile) => (
									<td key={tile} className="number">
										{formatRate(timeOf(row, tile))}
									</td>
								))}
								<td>{row.chosen}</td>
								<td>{TILE_REASONS[row.why]}</td>
							</tr>
						))}
					</tbody>
				</table>
			</ScrollRegion>
		</section>
	);
}

function Facts({ report: { cost, times } }: { report: Report }) {
	const seconds = times.stepMs / 1e3;
	const sum = times.kernels.reduce((total, { us }) => total + us, 0);
	const facts: [name: string, value: string][] = [
		['Measured', `${formatMs(times.stepMs)} while steps are queued`],
		['Predicted', predictionText(times)],
		['Kernels one by one', `${formatMs(sum / 1e3)} together`],
		['Host', `${formatMs(times.hostMs)} per step for inputs, recording and submission`],
		['Dispatches', `${formatCount(cost.dispatches)}, with ${plural(cost.pipelines, 'pipeline')} (${cost.kernels} kernels)`],
		['Arithmetic', `${formatRate(cost.flops / 1e9)} GFLOP, ${formatRate(cost.flops / 1e9 / seconds)} GFLOP/s`],
		['Traffic', `${formatBytes(cost.bytes.moved)} read and written, ${formatRate(cost.bytes.moved / 1e9 / seconds)} GB/s`],
		['Measured peaks', peaksText(times.peaks)],
	];
	return (
		<dl className="pairs">
			{facts.map(([name, value]) => (
				<div key={name}>
					<dt>{name}</dt>
					<dd>{value}</dd>
				</div>
			))}
		</dl>
	);
}

function MemoryTable({ cost }: { cost: StepCost }) {
	const arenas = arenasOf(cost);
	const total = arenas.reduce((sum, { bytes }) => sum + bytes, 0);
	return (
		<table className="data">
			<tbody>
				{[...arenas, { name: 'Together', bytes: total }].map(({ name, bytes }) => (
					<tr key={name}>
						<th scope="row">{name}</th>
						<td className="number">{formatBytes(bytes)}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

function EstimateTable({ estimates }: { estimates: StepCost['estimates'] }) {
	return (
		<>
			<table className="data">
				<tbody>
					{Object.entries(estimates).map(([name, ms]) => (
						<tr key={name}>
							<th scope="row">{name}</th>
							<td className="number">about {formatMs(Number(ms.toPrecision(2)))}</td>
						</tr>
					))}
				</tbody>
			</table>
			<p className="label">Computed by the cost model from the GPUs’ data sheets. None of these GPUs has been timed.</p>
		</>
	);
}
