import { memo, useMemo } from 'react';
import type { SharedMeasure } from '../../experiment/resultLink';
import { taskDescriptor } from '../../experiment/tasks';
import type { Experiment } from '../../experiment/types';
import type { RunView } from '../../session/client/store/labSnapshot';
import { answerSentence } from './answerSentence';
import type { Recording } from './fetchRecording';
import { headline } from './headline';
import { RecordedNote } from './RecordedNote';
import { SeenNote } from './SeenNote';

interface Props {
	experiment: Experiment;
	runs: readonly RunView[];
	/** The group that the others are compared with. */
	baseline: string | null;
	/** The origin of recorded runs; null once something is trained. */
	recording: Recording | null;
	onPreset(experiment: Experiment): void;
	/** Results that the sender of the opened link saw. */
	seen: readonly SharedMeasure[];
	onDismissSeen(): void;
}

/** The question, or the user's own experiment, and its answer so far. */
export const Answer = memo(function Answer({ experiment, runs, baseline, recording, onPreset, seen, onDismissSeen }: Props) {
	const { sentence: watch } = taskDescriptor(experiment.task);
	const title = useMemo(() => headline(experiment), [experiment]);
	const sentence = useMemo(() => answerSentence(experiment, runs, baseline), [experiment, runs, baseline]);
	return (
		<section className="answer" aria-labelledby="question">
			<h1 id="question">{title}</h1>
			<p className="sentence">{sentence ?? watch}</p>
			{recording && <RecordedNote recording={recording} onPreset={onPreset} />}
			{seen.length > 0 && <SeenNote seen={seen} onDismiss={onDismissSeen} />}
		</section>
	);
});
