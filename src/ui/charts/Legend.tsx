import { memo } from 'react';
import { verdictWords } from '../../session/client/runs/statistics';
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
	/** Seeds are drawn one by one. */
	single: boolean;
}

const SEPARATED =
	'Separated: the 95 % t-interval of the differences from the baseline, paired by seed, leaves out 0. One seed never is separated. Tokens are those it takes to the baseline’s final loss.';
const FORMULA = 'mean d ± t·s/√n,  d = method − baseline, one a seed';

/** The key to the lines: how many seeds each is, and whether it differs from the baseline by more than its seeds do. */
export const Legend = memo(function Legend({ measure, verdicts, baseline, baselineLabel, single }: Props) {
	const steps = new Set(verdicts.flatMap(({ step }) => step ?? []));
	const seeds = new Set(verdicts.map(({ seeds }) => seeds));
	const most = Math.max(0, ...seeds);
	const [step] = steps;
	return (
		<ScrollRegion className="chart-legend verdicts" label="Lines and what separates them">
			<p className="label">
				{most > 1 && (single ? 'One line a seed. ' : `Mean and range of ${seeds.size === 1 ? plural(most, 'seed') : 'the seeds'}. `)}
				{steps.size > 0 && (
					<Term words={SEPARATED} formula={FORMULA}>
						{measure === 'loss' ? 'Training loss' : measureText(measure).label}
						{steps.size === 1 && ` at step ${formatCount(step)}`} minus {baselineLabel}’s:
					</Term>
				)}
			</p>
			<ul>
				{verdicts.map((verdict) => (
					<li key={verdict.group}>
						<Swatch style={verdict.style} /> {verdict.label}{' '}
						<span className="muted">{wordsOf(verdict, verdict.group === baseline, verdicts.length > 1)}</span>
					</li>
				))}
			</ul>
		</ScrollRegion>
	);
});

function wordsOf({ difference, saving, seeds }: Verdict, isBaseline: boolean, compared: boolean): string {
	const count = seeds === 1 ? 'one seed' : plural(seeds, 'seed');
	if (isBaseline) return compared ? `(baseline, ${count})` : `(${count})`;
	if (!difference) return `(${count})`;
	const size = `${formatDifference(difference.mean)}${difference.half === null ? '' : ` ± ${formatDifference(difference.half).slice(1)}`}`;
	return [`${size}, ${verdictWords(difference)}`, savingWords(saving)].filter(Boolean).join('; ');
}

/** Tokens to the baseline's final loss. */
function savingWords(saving: number | null): string {
	if (saving === null || Math.abs(saving) < 0.0005) return '';
	return saving > 0 ? `saves ${formatShare(saving)} of tokens` : `needs ${formatShare(-saving)} more tokens`;
}
