import { lazy, Suspense, useDeferredValue, useEffect, useLayoutEffect, useMemo } from 'react';
import { questionOf } from '../experiment/questions';
import { sweptFields } from '../experiment/sweep';
import type { Experiment } from '../experiment/types';
import { baselineOf } from '../session/client/runs/runGroups';
import type { RunView } from '../session/client/store/labSnapshot';
import type { TrainingContext } from './actions/trainingActions';
import { Answer } from './answer/Answer';
import type { Recording } from './answer/fetchRecording';
import { useRecording } from './answer/useRecording';
import type { Seen } from './answer/useSeen';
import { answering } from './answering';
import { AttentionPanel } from './attention/AttentionPanel';
import { DepthPanel } from './charts/depth/DepthPanel';
import { LayerPanel } from './charts/LayerPanel';
import { LossPanel } from './charts/LossPanel';
import { emptyMessages } from './emptyMessages';
import { comparesFirstToken } from './measures/comparison';
import type { Questions } from './questions/useQuestions';
import { RunTable } from './runs/RunTable';
import { lazyDialog, lazyPanel } from './shared/dialogScripts';
import type { Selection } from './shared/useInterventions';
import { useClient } from './shared/useLab';
import type { Shade } from './theme/attentionScale';

const Abstract = lazy(() => import('./questions/Abstract'));
const WritingPanel = lazyPanel(() => import('./writing/WritingPanel'));
const InterventionPanel = lazyDialog(() => import('./interventions/InterventionPanel'));
const SweepPanel = lazy(() => import('./charts/sweep/SweepPanel'));

interface Props {
	training: TrainingContext;
	questions: Questions;
	seen: Seen;
	shade: Shade;
}

const NO_RUNS: readonly RunView[] = [];

const renderInterventions = (selection: Selection) => <InterventionPanel {...selection} />;

/**
 * The answer, charts, maps and runs. They are drawn a moment after the controls: React renders deferred values in slices of
 * a few milliseconds, with clicks in between, and the store waits until they are on the page.
 */
export function Panels({ training, questions, seen, shade }: Props) {
	const { lab, experiment } = training;
	const { store } = useClient();
	const apart = isApart(training, questions);
	const idle = apart || (lab.runs.length === 0 && lab.removed.length === 0 && lab.state === 'idle' && lab.pending === null);
	const recording = useRecording(experiment, idle);
	const runs = useDeferredValue(recording?.runs ?? (apart ? NO_RUNS : lab.runs));
	const shown = useDeferredValue(lab.runs.length > 0 && lab.experiment && !apart ? lab.experiment : experiment);
	const drawnShade = useDeferredValue(shade);
	const messages = emptyMessages(lab, shown);
	const baseline = useMemo(() => baselineOf(runs, lab.baseline)?.group ?? null, [runs, lab.baseline]);
	// biome-ignore lint/correctness/useExhaustiveDependencies: new runs start a drawing
	useLayoutEffect(() => store.beginDrawing(), [store, lab.runs]);
	// biome-ignore lint/correctness/useExhaustiveDependencies: it ends once the deferred runs are on the page
	useEffect(() => store.endDrawing(), [store, runs]);
	const { shows, curve, reports, watch } = useMemo(() => answering(shown), [shown]);
	const compared = comparesFirstToken(shown, reports) ? 'first' : 'rows';
	const length = sweptFields(shown).includes('sequenceLength') ? null : shown.sequenceLength;
	const charts = (
		<div key="charts" className={`charts ${shows === 'loss' || shows === 'layers' ? `leads ${shows}-first` : ''}`}>
			<LossPanel experiment={shown} runs={runs} baseline={baseline} answer={curve} empty={messages.loss} />
			<LayerPanel runs={runs} totalSteps={shown.steps} length={length} />
		</div>
	);
	const attention = (
		<AttentionPanel
			key="attention"
			runs={runs}
			baseline={baseline}
			shade={drawnShade}
			leads={shows === 'attention'}
			compared={compared}
			empty={messages.attention}
			interventions={renderInterventions}
		/>
	);
	// Without WebGPU, recorded results can still be shown.
	if (lab.unavailable && !recording) return null;
	return (
		<>
			<Answer
				experiment={shown}
				runs={runs}
				baseline={baseline}
				reports={reports}
				watch={watch}
				recording={recording}
				changed={training.changed && lab.runs.length > 0 && !apart}
				seen={seen.of(shown)}
				address={seen.address}
				onDismissSeen={seen.dismiss}
			>
				<QuestionAbstract shown={shown} runs={runs} recording={recording} apart={apart} questions={questions} training={training} />
			</Answer>
			{shown.sweep && runs.length > 0 && (
				<Suspense fallback={null}>
					<SweepPanel
						experiment={shown}
						runs={runs}
						baseline={baseline}
						answer={reports?.[0]}
						shade={drawnShade}
						secondsLeft={lab.stepsPerSecond === null ? null : lab.stepsLeft / lab.stepsPerSecond}
					/>
				</Suspense>
			)}
			{shows === 'attention' ? [attention, charts] : [charts, attention]}
			<DepthPanel runs={runs} length={length} shade={drawnShade} />
			<RunTable runs={runs} baseline={baseline} removed={lab.removed} empty={messages.runs} />
			{!recording && runs.length > 0 && (
				<WritingPanel runs={runs} ready={lab.state !== 'idle' && lab.state !== 'compiling' && lab.deviceLost === null} />
			)}
		</>
	);
}

interface QuestionAbstractProps extends Pick<Props, 'training' | 'questions'> {
	shown: Experiment;
	runs: readonly RunView[];
	recording: Recording | null;
	apart: boolean;
}

/** Claim, prediction, result and limits of the question that the shown experiment asks, if it asks one. */
function QuestionAbstract({ shown, runs, recording, apart, questions, training }: QuestionAbstractProps) {
	const question = useMemo(() => questionOf(shown), [shown]);
	if (!question) return null;
	return (
		<Suspense fallback={null}>
			<Abstract
				key={question.name}
				question={question}
				runs={runs}
				recorded={recording && { results: recording.results, own: recording.source === 'own' }}
				open={questions.isOpened(question.experiment)}
				hidden={apart ? training.lab.runs.length : 0}
				onShowHidden={questions.leave}
				training={training}
			/>
		</Suspense>
	);
}

/** True if a question was opened while the page has runs of another experiment: the question is shown, and they stay. */
const isApart = ({ lab, experiment, changed }: TrainingContext, { isOpened }: Questions): boolean =>
	lab.runs.length > 0 && lab.pending === null && changed && isOpened(experiment);
