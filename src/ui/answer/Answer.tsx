import { memo, useMemo } from 'react';
import { PRESETS, type Preset } from '../../experiment/presets';
import type { Experiment } from '../../experiment/types';
import type { RunView } from '../../session/client/snapshot';
import { linkOf } from '../linkOf';
import { answerSentence } from './answer';

interface Props {
	experiment: Experiment;
	runs: readonly RunView[];
	/** The group that the others are compared with. */
	baseline: string | null;
}

/** The question being asked, and the state of its answer. */
export const Answer = memo(function Answer({ experiment, runs, baseline }: Props) {
	const preset = useMemo(() => presetOf(experiment), [experiment]);
	const sentence = useMemo(() => answerSentence(experiment, runs, baseline), [experiment, runs, baseline]);
	return (
		<section className="answer" aria-labelledby="question">
			<h1 id="question">{preset.question}</h1>
			<p className="sentence">{sentence ?? preset.sentence}</p>
		</section>
	);
});

/** The preset that the experiment is, or else the one that asks its task's question. */
export function presetOf(experiment: Experiment): Preset {
	const link = linkOf(experiment);
	return (
		PRESETS.find((preset) => linkOf(preset.experiment) === link) ??
		PRESETS.find((preset) => preset.experiment.task === experiment.task) ??
		PRESETS[0]
	);
}
