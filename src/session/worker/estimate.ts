import { PlanError } from '../../compiler/plan';
import { TaskError } from '../../data/task';
import { FIELD_NAMES, FIELDS, pageSentence } from '../../experiment/fields';
import type { Method } from '../../experiment/methods';
import { methodsOf } from '../../experiment/methods/names';
import { runsOf } from '../../experiment/runs';
import type { ExpandedPoint } from '../../experiment/sweep';
import type { Experiment, Problem } from '../../experiment/types';
import type { GpuContext } from '../../gpu/gpuContext';
import { type Speed, secondsOf } from '../../gpu/speed';
import { flopsPerToken, modelCosts } from '../../model/costs';
import { modelConfig } from '../../model/experimentModel';
import { type TrainerPlans, trainerPlans } from '../../training/trainer';
import { stepShape } from '../../training/trainingGraphs';
import type { Estimate } from '../client/protocol';
import { makeTask } from './taskCache';

type Adapter = GpuContext['adapter'];
type Methods = Estimate['methods'];

/** Known times of a device. */
export interface Pace {
	/** null before it is measured. */
	speed: Speed | null;
	/** Step time of a model in training, seconds; null if none like it was trained. */
	secondsPerStep(experiment: Experiment, method: Method): number | null;
}

/** Fields that an estimate depends on: a number of the optimiser, such as the learning rate, costs no time. */
const COSTLY = FIELD_NAMES.filter((name) => {
	const { kind, affects } = FIELDS[name];
	return name === 'steps' || kind !== 'number' || affects.some((effect) => effect !== 'training');
});

/**
 * Cost of an experiment on a device: per method at the first point of its sweep that has it, memory at its largest point,
 * and time of all points.
 *
 * @param open returns the device; null if there is none, and then only the vocabulary is known
 */
export async function estimateOf(experiment: Experiment, open: () => Promise<Adapter | null>, pace: Pace): Promise<Estimate> {
	const known = new Map<string, Estimate>();
	const estimates: Estimate[] = [];
	for (const point of trainedPoints(experiment)) {
		const at = point.experiment;
		const key = JSON.stringify(COSTLY.map((name) => at[name]));
		const estimate = known.get(key) ?? (await estimateAt(at, open, pace));
		known.set(key, estimate);
		estimates.push(estimate);
		if (estimate.problems.length > 0)
			return experiment.sweep ? { ...estimate, problems: atPoint(estimate.problems, point.index) } : estimate;
	}
	const methods = new Map<string, Methods[number]>();
	for (const method of estimates.flatMap((each) => each.methods)) if (!methods.has(method.method)) methods.set(method.method, method);
	const seconds = estimates.map((each) => each.seconds);
	return {
		...estimates[0],
		methods: [...methods.values()],
		gpuBytes: Math.max(...estimates.map(({ gpuBytes }) => gpuBytes)),
		seconds: seconds.includes(null) ? null : seconds.reduce<number>((sum, each) => sum + (each ?? 0), 0),
	};
}

/** The points of an experiment, each with the methods that no point before it has trained. */
function trainedPoints(experiment: Experiment): { index: number; experiment: Experiment }[] {
	const points = new Map<ExpandedPoint, Set<string>>();
	for (const { point, method } of runsOf(experiment)) points.set(point, (points.get(point) ?? new Set()).add(method));
	return [...points].map(([{ index, experiment: at }, methods]) => ({ index, experiment: { ...at, methods: [...methods] } }));
}

const atPoint = (problems: readonly Problem[], index: number): Problem[] =>
	problems.map((problem) => ({ ...problem, sentence: `Point ${index + 1} of the sweep: ${pageSentence(problem)}` }));

/**
 * Cost at one point.
 *
 * @param open returns the device; null if there is none, and then only the vocabulary is known
 */
async function estimateAt(experiment: Experiment, open: () => Promise<Adapter | null>, pace: Pace): Promise<Estimate> {
	const estimate: Estimate = { methods: [], gpuBytes: 0, seconds: null, vocabularySize: 0, problems: [] };
	try {
		const { vocabularySize } = await makeTask(experiment);
		estimate.vocabularySize = vocabularySize;
		const adapter = await open();
		if (adapter) addMethods(estimate, experiment, adapter, pace);
	} catch (error) {
		if (!(error instanceof TaskError)) throw error;
		estimate.problems.push({ ...error.problem, sentence: error.sentence });
	}
	return estimate;
}

function addMethods(estimate: Estimate, experiment: Experiment, adapter: Adapter, pace: Pace): void {
	const shape = stepShape(experiment);
	let activations = 0;
	const times: StepTime[] = [];
	for (const method of methodsOf(experiment)) {
		const config = modelConfig(experiment, method, estimate.vocabularySize);
		const costs = modelCosts(config);
		try {
			const plans = trainerPlans(config, shape, adapter);
			const { training, evaluation, probe } = plans;
			if (pace.speed) times.push(stepTime(experiment, method, plans, pace.speed, pace));
			const gpuBytes = training.statistics.arenaBytes;
			activations = Math.max(activations, ...[training, evaluation, probe].map((plan) => plan?.statistics.activationBytes ?? 0));
			estimate.methods.push({
				method: method.name,
				label: method.label,
				...costs,
				flopsPerToken: flopsPerToken(config, shape.length),
				gpuBytes,
			});
			estimate.gpuBytes += gpuBytes * experiment.seeds.length;
		} catch (error) {
			if (!(error instanceof PlanError)) throw error;
			// Weights don't get smaller with the batch.
			const size = costs.parameters * 4 > adapter.maxBindingBytes ? 'hiddenSize' : 'batchSize';
			const { field, message } = error;
			estimate.problems.push(field ? { field, message } : { field: size, message: `${method.label}: ${message}` });
			return;
		}
	}
	estimate.gpuBytes += activations;
	estimate.seconds = pace.speed && experiment.seeds.length * totalSeconds(times, experiment.steps);
}

interface StepTime {
	/** As the device's speed says, seconds. */
	guessed: number;
	/** As it was in training. */
	measured: number | null;
	/** Validations and probes, seconds a step, as the device's speed says. */
	looking: number;
}

function stepTime(
	experiment: Experiment,
	method: Method,
	{ training, evaluation, probe }: TrainerPlans,
	speed: Speed,
	pace: Pace,
): StepTime {
	const { validateEvery, validationBatches, probeEvery, microBatches } = experiment;
	const probing = probe ? secondsOf(probe, speed) : 0;
	return {
		guessed: secondsOf(training, speed),
		measured: pace.secondsPerStep(experiment, method),
		looking:
			(validateEvery ? (validationBatches * microBatches * secondsOf(evaluation, speed) + probing) / validateEvery : 0) +
			(probeEvery ? probing / probeEvery : 0),
	};
}

/** Seconds of all steps. Guesses for different models are wrong by about the same factor, so measured times correct the others. */
function totalSeconds(times: readonly StepTime[], steps: number): number {
	const known = times.filter((time): time is StepTime & { measured: number } => time.measured !== null);
	const correction = known.length ? known.reduce((sum, { guessed, measured }) => sum + measured / guessed, 0) / known.length : 1;
	return steps * times.reduce((sum, { guessed, measured, looking }) => sum + (measured ?? guessed * correction) + looking * correction, 0);
}
