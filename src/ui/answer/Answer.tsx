import { memo, type ReactNode, useMemo } from 'react';
import type { SharedMeasure } from '../../experiment/resultLink';
import { taskDescriptor } from '../../experiment/tasks';
import type { Experiment } from '../../experiment/types';
import type { RunView } from '../../session/client/store/labSnapshot';
import { comparesFirstToken, comparisons, type Reported } from '../measures/comparison';
import { lazyPanel } from '../shared/dialogScripts';
import { Folded } from '../shared/Folded';
import { useMedia } from '../shared/hooks';
import { answerSentence, comparedSeeds } from './answerSentence';
import { Definitions } from './Definitions';
import type { Recording } from './fetchRecording';
import { headline } from './headline';
import { RecordedNote } from './RecordedNote';
import { verdictScope, verdictSentence } from './verdict';

const SeenNote = lazyPanel(() => import('./SeenNote'));
const SeedTable = lazyPanel(() => import('./SeedTable'));
const SweepVerdict = lazyPanel(() => import('./SweepVerdict'));

interface Props {
	experiment: Experiment;
	runs: readonly RunView[];
	/** The group that the others are compared with. */
	baseline: string | null;
	/** Measures that the answer reports; absent = the task's. */
	reports?: readonly Reported[];
	/** What to watch until there is a result; absent = the task's sentence. */
	watch?: string;
	/** The origin of recorded runs; null once something is trained. */
	recording: Recording | null;
	/** The form differs from the runs on the page. */
	changed: boolean;
	/** Results that the sender of the opened link saw. */
	seen: readonly SharedMeasure[];
	/** The link as it was opened. */
	address: string;
	onDismissSeen(): void;
	/** Below the answer. */
	children?: ReactNode;
}

/** The question, or the user's own experiment, its verdict so far, and the numbers behind it. */
export const Answer = memo(function Answer(props: Props) {
	const { experiment, runs, baseline, reports, watch, recording, changed, seen, address, onDismissSeen, children } = props;
	const narrow = useMedia('(max-width: 699px)');
	const title = useMemo(() => headline(experiment), [experiment]);
	const verdict = useMemo(() => verdictOf(experiment, runs, baseline, reports), [experiment, runs, baseline, reports]);
	const sentence = useMemo(() => answerSentence(experiment, runs, baseline, reports), [experiment, runs, baseline, reports]);
	const seeds = useMemo(() => comparedSeeds(experiment, runs, baseline, reports), [experiment, runs, baseline, reports]);
	const note = recording && <RecordedNote recording={recording} />;
	return (
		<section className="answer" aria-labelledby="question">
			<h1 id="question">{title}</h1>
			{changed && <p className="label">About the runs on the page. The form has changed since they were started.</p>}
			{verdict && <p className="verdict">{verdict.text}</p>}
			{verdict?.scope && <p className="label">{verdict.scope}</p>}
			{experiment.sweep && runs.length > 0 && <SweepVerdict experiment={experiment} runs={runs} />}
			{narrow && comparesFirstToken(experiment, reports) && <p className="label">{SINK}</p>}
			<Folded summary="Numbers and methods" folded={narrow && verdict !== null}>
				{seeds && sentence ? (
					<SeedTable experiment={experiment} runs={runs} compared={seeds} sentence={sentence}>
						{note}
					</SeedTable>
				) : (
					<p className="sentence">
						{sentence ?? watch ?? taskDescriptor(experiment.task).sentence}
						{note}
					</p>
				)}
				<Definitions task={experiment.task} methods={experiment.methods} />
			</Folded>
			{seen.length > 0 && <SeenNote experiment={experiment} runs={runs} seen={seen} address={address} onDismiss={onDismissSeen} />}
			{children}
		</section>
	);
});

/** A sweep's verdict is its question's. */
function verdictOf(experiment: Experiment, runs: readonly RunView[], baseline: string | null, reports: Props['reports']) {
	if (experiment.sweep) return null;
	const compared = comparisons(experiment, runs, baseline, reports);
	const verdict = verdictSentence(experiment, compared);
	if (verdict === null) return null;
	const training = runs.some(({ finished, divergedAt }) => !finished && divergedAt === null);
	return { text: training ? `So far: ${verdict}` : verdict, scope: verdictScope(experiment, compared) };
}

/** On a phone the maps' own caption is folded. */
const SINK = 'A sink is a token, mostly the first, that many others attend to although it tells them nothing.';
