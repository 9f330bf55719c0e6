import type { Verdict } from '../../experiment/questions';

/** A sign for each verdict, so that none is told by colour alone. */
const SIGNS: Record<Verdict, { sign: string; tone: string }> = {
	'as the paper says': { sign: '✓', tone: 'yes' },
	'as predicted': { sign: '✓', tone: 'yes' },
	'not seen at this size': { sign: '≈', tone: 'unclear' },
	'the other way round': { sign: '⇄', tone: 'no' },
	'not recorded': { sign: '–', tone: 'none' },
};

/** A verdict as a small label. */
export function VerdictChip({ verdict }: { verdict: Verdict }) {
	const { sign, tone } = SIGNS[verdict];
	return (
		<span className={`verdict-chip ${tone}`}>
			<span aria-hidden="true">{sign}</span> {verdict}
		</span>
	);
}
