import { memo } from 'react';
import { verdictText } from '../../experiment/statistics';
import { APPROXIMATE_HELP, approximateText, CRITICAL_HELP, criticalTextOf } from '../measures/criticalText';
import { measureText } from '../measures/measureText';
import { formatCount, formatShare, plural } from '../shared/format';
import { ScrollRegion } from '../shared/ScrollRegion';
import { Term } from '../shared/tip';
import { Swatch } from '../theme/Swatch';
import { formatDifference } from './quantities';
import type { Verdict, Verdicts } from './verdicts';

interface Props extends Verdicts {
	/** The group that the others are compared with, and its name. */
	baseline: string | null;
	baselineLabel: string;
	/** True if seeds are drawn one by one. */
	single: boolean;
}

const SEPARATED =
	'Separated: the 95 % t-interval of the differences from the baseline, paired by seed, excludes 0. One seed is never enough. “Saves … of tokens”: fewer tokens to reach the baseline’s final loss.';
const FORMULA = 'mean d ± t·s/√n,  d = method − baseline, one per seed';

/** The key to the lines: number of seeds, difference from the baseline, and whether that is separated. */
export const Legend = memo(function Legend({ measure, verdicts, baseline, baselineLabel, single }: Props) {
	const steps = new Set(verdicts.flatMap(({ step }) => step ?? []));
	const seeds = new Set(verdicts.map(({ seeds }) => seeds));
	const most = Math.max(0, ...seeds);
	const [step] = steps;
	const approximate = verdicts.reduce((sum, verdict) => sum + verdict.approximate, 0);
	return (
		<ScrollRegion className="chart-legend verdicts" label="Lines and their differences">
			<p className="label">
				{most > 1 && (single ? 'One line per seed. ' : `Mean and range of ${seeds.size === 1 ? plural(most, 'seed') : 'the seeds'}. `)}
				{steps.size > 0 && (
					<Term text={SEPARATED} formula={FORMULA}>
						{measure === 'loss' ? 'Training loss' : measureText(measure).label}
						{steps.size === 1 && ` at step ${formatCount(step)}`} minus {baselineLabel}’s:
					</Term>
				)}
			</p>
			{verdicts.some(({ critical }) => critical.length > 0) && (
				<p className="label">
					<Term text={CRITICAL_HELP}>Critical point</Term>
				</p>
			)}
			{approximate > 0 && (
				<p className="label">
					<Term text={APPROXIMATE_HELP}>{approximateText(approximate)}</Term>
				</p>
			)}
			<ul>
				{verdicts.map((verdict) => (
					<li key={verdict.group}>
						<Swatch style={verdict.style} /> {verdict.label}{' '}
						<span className="muted">{comparisonText(verdict, verdict.group === baseline, verdicts.length > 1)}</span>
					</li>
				))}
			</ul>
		</ScrollRegion>
	);
});

function comparisonText({ difference, critical, approximate, saving, seeds }: Verdict, isBaseline: boolean, compared: boolean): string {
	const count = seeds === 1 ? 'one seed' : plural(seeds, 'seed');
	if (isBaseline) return compared ? `(baseline, ${count})` : `(${count})`;
	if (!difference) return `(${count})`;
	const size = `${formatDifference(difference.mean)}${difference.half === null ? '' : ` ± ${formatDifference(difference.half).slice(1)}`}`;
	const none = difference.half !== null && !difference.separated && /^[+−]0\.0*$/.test(formatDifference(difference.mean));
	const verdict = none ? `no difference (${size.slice(size.indexOf('±'))})` : `${size}, ${verdictText(difference)}`;
	const passed = critical.length > 0 ? `critical point: ${criticalTextOf(critical, approximate > 0)}` : '';
	return [verdict, passed, savingText(difference.separated ? saving : null)].filter(Boolean).join('; ');
}

/** Tokens to the baseline's final loss. */
function savingText(saving: number | null): string {
	if (saving === null || Math.abs(saving) < 0.0005) return '';
	return saving > 0 ? `saves ${formatShare(saving)} of tokens` : `needs ${formatShare(-saving)} more tokens`;
}
