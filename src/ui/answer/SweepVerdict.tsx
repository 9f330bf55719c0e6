import { useMemo } from 'react';
import { judge, questionOf } from '../../experiment/questions';
import type { Experiment } from '../../experiment/types';
import type { RunView } from '../../session/client/store/labSnapshot';
import { findingText } from '../measures/findingText';
import { judgedRuns } from '../measures/judged';
import { capital } from '../shared/format';

interface Props {
	experiment: Experiment;
	runs: readonly RunView[];
}

/** The verdict on a question that a sweep answers, with its main finding; nothing before all runs have finished. */
export default function SweepVerdict({ experiment, runs }: Props) {
	const text = useMemo(() => verdictText(experiment, runs), [experiment, runs]);
	return text && <p className="verdict">{text}</p>;
}

function verdictText(experiment: Experiment, runs: readonly RunView[]): string | null {
	const question = questionOf(experiment);
	if (!question) return null;
	const { verdict, findings } = judge(question, judgedRuns(runs));
	if (verdict === 'not recorded') return null;
	const { text, outcome, value } = findingText(findings[0]);
	return `${capital(verdict)}. “${text.replace(/\.$/, '')}”: ${outcome} (${value}).`;
}
