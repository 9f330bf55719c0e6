import { smoothedAt } from '../../session/client/series';
import { formatCount, formatLoss } from '../format';
import { Swatch } from '../style/Swatch';
import { type ChartData, type ChartRun, validationAt } from './chartData';

interface Props {
	step: number;
	runs: readonly ChartRun[];
	data: ChartData;
	smoothing: number;
	/** Where the step is, and how wide the chart, CSS pixels. */
	x: number;
	width: number;
}

/** What the pointer reads: the step, and every visible run there. */
export function Reading({ step, runs, data, smoothing, x, width }: Props) {
	const severalSeeds = new Set(runs.map(({ run }) => run.info.seed)).size > 1;
	const side = x < width / 2 ? { left: x + 12 } : { right: width - x + 12 };
	return (
		<table className="reading" style={side}>
			<thead>
				<tr>
					<th scope="col">step {formatCount(step)}</th>
					<th scope="col">training</th>
					<th scope="col">validation</th>
				</tr>
			</thead>
			<tbody>
				{runs.map(({ run, style, label }, i) => {
					const value = step < run.series.length ? smoothedAt(run.series, step, smoothing) : Number.NaN;
					const validation = validationAt(data.validation[i], step);
					return (
						<tr key={run.info.id}>
							<th scope="row">
								<Swatch style={style} /> {label}
								{severalSeeds && <span className="muted"> seed {run.info.seed}</span>}
							</th>
							<td>{formatLoss(value)}</td>
							<td>{validation === null ? '–' : formatLoss(validation)}</td>
						</tr>
					);
				})}
			</tbody>
		</table>
	);
}
