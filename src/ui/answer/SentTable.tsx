import type { RerunRun } from '../../experiment/reproduction';
import type { SharedMeasure } from '../../experiment/resultLink';
import type { SentGroup } from '../../experiment/sentRuns';
import { summary } from '../../experiment/statistics';
import { measureText } from '../measures/measureText';
import type { Captioned } from '../shared/figures/caption';
import { FigureMenu } from '../shared/figures/FigureMenu';
import { plural } from '../shared/format';
import { ScrollRegion } from '../shared/ScrollRegion';
import { nameOf } from './seen';

interface Props {
	groups: readonly SentGroup[];
	seen: readonly SharedMeasure[];
	/** The run here of a group with a seed; null if it is not there yet. */
	rerun(name: string, seed: number): RerunRun | null;
	/** Both sides and the link, for figures. */
	caption: Omit<Captioned, 'title'>;
}

const TITLE = 'The sender’s values, and those here';

/** The sender's values of a sweep and those here, mean over the same seeds: one row per point and method. */
export function SentTable({ groups, seen, rerun, caption }: Props) {
	return (
		<details className="figure-box">
			<summary>{TITLE}</summary>
			<FigureMenu title={TITLE} caption={caption} />
			<ScrollRegion label={TITLE}>
				<table className="data">
					<thead>
						<tr>
							<th scope="col">Runs</th>
							<th scope="col">Measure</th>
							<th scope="col" className="number">
								Sender
							</th>
							<th scope="col" className="number">
								Here
							</th>
						</tr>
					</thead>
					<tbody>
						{groups.flatMap((group) =>
							seen.map((measure, i) => {
								const values = group.runs.map((run) => run.values[i]);
								if (values.every((value) => value == null)) return null;
								const here = group.runs.map(({ seed }) => rerun(group.name, seed)?.values[i]);
								return (
									<tr key={`${group.name} ${measure.measure} ${measure.layer} ${measure.step}`}>
										<th scope="row">{group.label}</th>
										<td>
											{nameOf(measure)}, step {measure.step}
										</td>
										<td className="number">{meanText(values, measure)}</td>
										<td className="number">{meanText(here, measure)}</td>
									</tr>
								);
							}),
						)}
					</tbody>
				</table>
			</ScrollRegion>
		</details>
	);
}

/** `1.842 ± 0.021 (3 seeds)` */
function meanText(values: readonly (number | null | undefined)[], { measure }: SharedMeasure): string {
	const { n, mean, half } = summary(values.map((value) => value ?? null));
	const { format } = measureText(measure);
	return n === 0 ? '–' : `${format(mean)}${half === null ? '' : ` ± ${format(half)}`} (${plural(n, 'seed')})`;
}
