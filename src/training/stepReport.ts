/** The cost of a training step, from its plan and from measured times. */
import { NAMED_GPUS, type Peaks, predictedStep, shareOfPeak } from '../compiler/costModel';
import { type Dispatch, launchesOf, type Plan } from '../compiler/plan';
import type { KernelCost, KernelKind, KernelTime, StepCost, StepTimes } from '../experiment/records/stepReport';
import type { StepProfile } from './stepProfile';

export function stepCost(plan: Plan): StepCost {
	const { statistics, arena, arenas } = plan;
	const { dispatches, pipelines, flops, activationBytes } = statistics;
	const launches = launchesOf(plan);
	const inArenas = Object.fromEntries(Object.entries(arenas).map(([name, used]) => [name, used ? arena.floats * 4 : 0]));
	const moved = launches.reduce((sum, dispatch) => sum + dispatch.moved, 0);
	return {
		kernels: plan.profile,
		dispatches,
		pipelines,
		flops,
		bytes: { ...(inArenas as Record<keyof Plan['arenas'], number>), activations: activationBytes, moved },
		estimates: Object.fromEntries(Object.entries(NAMED_GPUS).map(([name, peaks]) => [name, predictedStep(launches, peaks) * 1e3])),
	};
}

/** The dispatches of a step by kernel and op, each as its index in the plan. One that is repeated is listed each time. */
function groupsOf(plan: Plan): number[][] {
	const places = new Map(plan.dispatches.map((dispatch, i) => [dispatch, i]));
	const groups = new Map<string, number[]>();
	for (const dispatch of launchesOf(plan)) {
		const key = `${dispatch.kernel} ${dispatch.op}`;
		const group = groups.get(key) ?? [];
		group.push(places.get(dispatch) ?? 0);
		groups.set(key, group);
	}
	return [...groups.values()];
}

function costOf(parts: readonly Dispatch[]): KernelCost {
	const [{ kernel, op, arithmetic }] = parts;
	const total = (amount: (dispatch: Dispatch) => number) => parts.reduce((sum, dispatch) => sum + amount(dispatch), 0);
	const flops = total((dispatch) => dispatch.flops);
	const kind: KernelKind = flops > 0 ? arithmetic : 'other';
	return { kernel, op, kind, dispatches: parts.length, flops, moved: total((dispatch) => dispatch.moved) };
}

/** A row per kernel and op: that of the most FLOP first. */
export const kernelCosts = (plan: Plan): KernelCost[] =>
	groupsOf(plan)
		.map((at) => costOf(at.map((i) => plan.dispatches[i])))
		.sort((a, b) => b.flops - a.flops || b.moved - a.moved);

/** @param times of the plan's dispatches, measured @param peaks of the adapter, measured */
export function stepTimes(plan: Plan, { method, seconds, stepSeconds, hostMs }: StepProfile, peaks: Peaks): StepTimes {
	const kernels = groupsOf(plan).map((at): KernelTime => {
		const parts = at.map((i) => plan.dispatches[i]);
		const cost = costOf(parts);
		const { flops, moved } = cost;
		const spent = at.reduce((sum, i) => sum + seconds[i], 0);
		const scores = parts.reduce((sum, part) => sum + part.scores, 0);
		const share = shareOfPeak({ arithmetic: parts[0].arithmetic, flops, scores, moved }, spent, peaks);
		return { ...cost, us: spent * 1e6, gflops: flops / spent / 1e9, gbs: moved / spent / 1e9, share };
	});
	const { product, attention, memory, dispatch } = peaks;
	return {
		method,
		stepMs: stepSeconds * 1e3,
		hostMs,
		predictedMs: predictedStep(launchesOf(plan), peaks) * 1e3,
		peaks: { product, attention, memory, dispatch },
		kernels: kernels.sort((a, b) => b.us - a.us || b.flops - a.flops || b.moved - a.moved),
	};
}
