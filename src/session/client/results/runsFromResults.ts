/** Results as runs: charts and maps show them as they show runs in training. */
import type { Frame } from '../../../experiment/records/frame';
import type { Metrics } from '../../../experiment/records/metrics';
import {
	experimentOf,
	type FrameResult,
	type LossPoints,
	type MetricValues,
	type Results,
	type RunResult,
} from '../../../experiment/results';
import { otherPoints } from '../../../experiment/runs';
import { FrameMemory, FrameRecorder, type FrameTrack, latestFrame, NO_FRAMES, type PackedFrame, unpackFrame } from '../runs/frames';
import { EMPTY_SERIES, type SeriesView } from '../runs/lossSeries';
import { latestOf, type RunView } from '../store/labSnapshot';
import { bytesOfBase64 } from './base64';

/**
 * The recorded runs, in their order. They keep the ids that they had, so that they are shown in place of runs that
 * train, not among them.
 */
export function runsFromResults(results: Results): RunView[] {
	const memory = new FrameMemory();
	const experiments = results.runs.map((run) => experimentOf(run, results.experiment));
	const placed = results.runs.map(({ point = 0, fork }, i) => ({ experiment: experiments[i], point, fork }));
	const others = otherPoints(results.experiment, placed);
	return results.runs.map((run, i) => {
		const { id, method, group, label, seed, point = 0, fork, moved, parameters, kvCacheBytesPerToken, gpuBytes } = run;
		const history = run.history.map(({ step, metrics }) => ({ step, metrics: metricsOf(metrics) }));
		const { frames, maps } = framesOf(run, memory);
		return {
			info: {
				id,
				method,
				group,
				label,
				seed,
				point,
				...(others[i].length > 0 && { alsoAt: others[i] }),
				experiment: experiments[i],
				fork,
				lambdaEdits: moved,
				parameters,
				kvCacheBytesPerToken,
				gpuBytes,
			},
			name: run.name ?? label,
			visible: true,
			series: seriesOf(run.losses),
			step: run.step,
			tokensPerSecond: run.tokensPerSecond,
			metrics: latestOf(history),
			history,
			maps,
			frames,
			divergedAt: run.divergedAt,
			finished: run.finished,
			recorded: true,
		};
	});
}

/** The losses that are kept. Their sums are those of every loss, so that means over stretches hold. */
function seriesOf({ steps, values, sums, seconds }: LossPoints): SeriesView {
	if (steps.length === 0) return EMPTY_SERIES;
	return {
		length: steps[steps.length - 1] + 1,
		first: steps[0],
		steps: Int32Array.from(steps),
		losses: Float32Array.from(values),
		sums: Float64Array.from(sums),
		seconds: Float32Array.from(seconds, (time) => time ?? Number.NaN),
		gradNorms: new Float32Array(steps.length).fill(Number.NaN),
	};
}

function metricsOf(values: MetricValues): Metrics {
	return Object.fromEntries(
		Object.entries(values).map(([name, value]) => [
			name,
			Array.isArray(value) ? value.map((each) => each ?? Number.NaN) : (value ?? Number.NaN),
		]),
	);
}

function framesOf({ id, frames }: RunResult, memory: FrameMemory): { frames: FrameTrack; maps: Frame | null } {
	const last = frames.at(-1);
	if (!last) return { frames: NO_FRAMES, maps: null };
	const recorder = new FrameRecorder(memory);
	for (const frame of frames.slice(0, -1)) recorder.addPacked(packedOf(id, frame));
	recorder.add(unpackFrame(packedOf(id, last)));
	const track = recorder.view();
	return { frames: track, maps: latestFrame(track) };
}

function packedOf(run: string, frame: FrameResult): PackedFrame {
	const { step, layers, heads, tokens } = frame;
	return {
		run,
		step,
		layers,
		heads,
		length: tokens.length,
		tokens,
		packed: new Uint16Array(bytesOfBase64(frame.probabilities).buffer),
		valueNorms: Float32Array.from(frame.valueNorms),
		mixedNorms: Float32Array.from(frame.mixedNorms),
		hiddenNorms: Float32Array.from(frame.hiddenNorms),
		sinkRates: Float32Array.from(frame.sinkRates),
	};
}
