import { memo } from 'react';
import { lastSmoothed } from '../../session/client/series';
import type { RunView } from '../../session/client/snapshot';
import { layersInBrief, measureWords, tableMeasures } from '../answer/measures';
import { DownloadButton } from '../checkpoint/DownloadButton';
import { formatCount, formatLoss, formatShort } from '../format';
import { ScrollRegion } from '../ScrollRegion';
import { methodStyle } from '../style/methodStyle';
import { Swatch } from '../style/Swatch';

interface Props {
	runs: readonly RunView[];
	empty: string;
}

/** Every run with its numbers. */
export const RunTable = memo(function RunTable({ runs, empty }: Props) {
	const measures = runMeasures(runs);
	return (
		<section className="panel runs" aria-labelledby="runs-title">
			<ScrollRegion label="Table of runs">
				<table className="data">
					<thead>
						<tr>
							<th scope="col" id="runs-title">
								Runs
							</th>
							<th scope="col" className="number">
								Seed
							</th>
							<th scope="col" className="number">
								Parameters
							</th>
							<th scope="col" className="number" title="What a KV cache holds for each token, as float32">
								KV bytes/token
							</th>
							<th scope="col" className="number">
								Step
							</th>
							<th scope="col">State</th>
							<th scope="col" className="number">
								Tokens/s
							</th>
							<th scope="col" className="number" title="Training loss, nats, mean of the last 20 steps">
								Loss
							</th>
							{measures.map((key) => (
								<th
									scope="col"
									className="number"
									key={key}
									title={[measureWords(key).help, measureWords(key).unit].filter(Boolean).join(' In ') || undefined}
								>
									{measureWords(key).column ?? measureWords(key).label}
								</th>
							))}
							<th scope="col" className="last">
								Checkpoint
							</th>
						</tr>
					</thead>
					<tbody>
						{runs.length === 0 && (
							<tr>
								<td colSpan={9 + measures.length} className="muted">
									{empty}
								</td>
							</tr>
						)}
						{runs.map((run) => (
							<RunRow key={run.info.id} run={run} measures={measures} />
						))}
					</tbody>
				</table>
			</ScrollRegion>
		</section>
	);
});

const RunRow = memo(function RunRow({ run, measures }: { run: RunView; measures: readonly string[] }) {
	const { info } = run;
	const loss = lastSmoothed(run.series, 20);
	return (
		<tr>
			<th scope="row">
				<Swatch style={methodStyle(info.method)} /> {info.label}
			</th>
			<td className="number">{info.seed}</td>
			<td className="number">{formatCount(info.parameters)}</td>
			<td className="number">{formatCount(info.kvCacheBytesPerToken)}</td>
			<td className="number">{formatCount(run.step)}</td>
			<td className={run.divergedAt !== null ? 'error' : 'muted'}>{stateOf(run)}</td>
			<td className="number">{run.tokensPerSecond === null ? '–' : formatShort(run.tokensPerSecond)}</td>
			<td className="number">{loss === null ? '–' : formatLoss(loss)}</td>
			{measures.map((key) => (
				<td className="number" key={key} title={everyLayer(run, key)}>
					{measured(run, key)}
				</td>
			))}
			<td className="last">
				<DownloadButton info={info} />
			</td>
		</tr>
	);
});

/** Metrics that the table shows, of all runs. */
function runMeasures(runs: readonly RunView[]): string[] {
	const keys = new Map<string, boolean>([['validationLoss', false]]);
	for (const run of runs) for (const [key, value] of Object.entries(run.metrics)) keys.set(key, Array.isArray(value));
	return tableMeasures(keys);
}

/** A number, or what there is room for of one a layer. */
function measured(run: RunView, key: string): string {
	const value = run.metrics[key];
	if (value === undefined) return '–';
	const { format } = measureWords(key);
	return Array.isArray(value) ? layersInBrief(value, format) : format(value);
}

/** Every layer's value, for the pointer. */
function everyLayer(run: RunView, key: string): string | undefined {
	const value = run.metrics[key];
	if (!Array.isArray(value)) return undefined;
	return value.map((layer, i) => `layer ${i + 1}: ${Number.isFinite(layer) ? measureWords(key).format(layer) : '–'}`).join(', ');
}

function stateOf(run: RunView): string {
	if (run.divergedAt !== null) return `stopped at step ${run.divergedAt}: loss no number`;
	if (run.finished) return 'finished';
	return run.step > 0 ? 'training' : 'waiting';
}
