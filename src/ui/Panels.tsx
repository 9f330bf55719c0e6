import { lazy, Suspense, useDeferredValue, useEffect, useLayoutEffect, useMemo } from 'react';
import type { Experiment } from '../experiment/types';
import { baselineOf } from '../session/client/runs/runGroups';
import type { LabSnapshot } from '../session/client/store/labSnapshot';
import { Answer } from './answer/Answer';
import { useRecording } from './answer/useRecording';
import type { Seen } from './answer/useSeen';
import { AttentionPanel } from './attention/AttentionPanel';
import { DepthPanel } from './charts/depth/DepthPanel';
import { LayerPanel } from './charts/LayerPanel';
import { LossPanel } from './charts/LossPanel';
import { emptyMessages } from './emptyMessages';
import { RunTable } from './runs/RunTable';
import { lazyDialog } from './shared/dialogScripts';
import type { Selection } from './shared/useInterventions';
import { useClient } from './shared/useLab';
import type { Shade } from './theme/attentionScale';

const WritingPanel = lazyDialog(() => import('./writing/WritingPanel'));
const InterventionPanel = lazyDialog(() => import('./interventions/InterventionPanel'));
const SweepPanel = lazy(() => import('./charts/sweep/SweepPanel'));

interface Props {
	lab: LabSnapshot;
	/** The form's experiment. */
	experiment: Experiment;
	seen: Seen;
	shade: Shade;
	onPreset(experiment: Experiment): void;
}

const renderInterventions = (selection: Selection) => <InterventionPanel {...selection} />;

/**
 * The answer, charts, maps and runs. They are drawn a moment after the controls: React renders deferred values in slices of
 * a few milliseconds, with clicks in between, and the store waits until they are on the page.
 */
export function Panels({ lab, experiment, seen, shade, onPreset }: Props) {
	const { store } = useClient();
	const idle = lab.runs.length === 0 && lab.removed.length === 0 && lab.state === 'idle' && lab.pending === null;
	const recording = useRecording(experiment, idle);
	const runs = useDeferredValue(recording?.runs ?? lab.runs);
	const shown = useDeferredValue(lab.runs.length > 0 && lab.experiment ? lab.experiment : experiment);
	const drawnShade = useDeferredValue(shade);
	const messages = emptyMessages(lab, shown);
	const baseline = useMemo(() => baselineOf(runs, lab.baseline)?.group ?? null, [runs, lab.baseline]);
	// biome-ignore lint/correctness/useExhaustiveDependencies: new runs start a drawing
	useLayoutEffect(() => store.beginDrawing(), [store, lab.runs]);
	// biome-ignore lint/correctness/useExhaustiveDependencies: it ends once the deferred runs are on the page
	useEffect(() => store.endDrawing(), [store, runs]);
	// Without WebGPU, recorded results can still be shown.
	if (lab.unavailable && !recording) return null;
	return (
		<>
			<Answer
				experiment={shown}
				runs={runs}
				baseline={baseline}
				recording={recording}
				onPreset={onPreset}
				seen={seen.of(shown)}
				onDismissSeen={seen.dismiss}
			/>
			{shown.sweep && runs.length > 0 && (
				<Suspense fallback={null}>
					<SweepPanel
						experiment={shown}
						runs={runs}
						baseline={baseline}
						shade={drawnShade}
						secondsLeft={lab.stepsPerSecond === null ? null : lab.stepsLeft / lab.stepsPerSecond}
					/>
				</Suspense>
			)}
			<div className="charts">
				<LossPanel experiment={shown} runs={runs} baseline={baseline} empty={messages.loss} />
				<LayerPanel runs={runs} totalSteps={shown.steps} length={shown.sequenceLength} />
			</div>
			<AttentionPanel runs={runs} shade={drawnShade} empty={messages.attention} interventions={renderInterventions} />
			<DepthPanel runs={runs} length={shown.sequenceLength} shade={drawnShade} />
			<RunTable runs={runs} baseline={baseline} removed={lab.removed} empty={messages.runs} />
			{!recording && runs.length > 0 && (
				<WritingPanel runs={runs} ready={lab.state !== 'idle' && lab.state !== 'compiling' && lab.deviceLost === null} />
			)}
		</>
	);
}
