import type { Moments } from '../checkpoint/optimizer';
import type { ArenaLayout } from '../compiler/plan';
import { pad, unpad } from '../gpu/layout';
import { paddedSizeOf, sameShape } from '../graph/tensor';
import type { Snapshot } from './trainer';

/** Numbers by a parameter's name, row-major. */
type Named = Readonly<Record<string, ArrayLike<number>>>;

const named = (arena: Float32Array, { entries }: ArenaLayout): Record<string, Float32Array<ArrayBuffer>> =>
	Object.fromEntries(entries.map(({ name, shape, offset }) => [name, unpad(arena.subarray(offset), shape)]));

/** A snapshot's parameters by name. */
export const parametersOf = ({ parameters }: Snapshot, layout: ArenaLayout) => named(parameters, layout);

/** A snapshot's moments by name; null before the first update. */
export const momentsOf = ({ step, firstMoments, secondMoments }: Snapshot, layout: ArenaLayout): Moments | null =>
	step === 0 ? null : { first: named(firstMoments, layout), second: secondMoments && named(secondMoments, layout) };

/** A model's memory before its first step. */
export const firstSnapshot = (weights: Named, to: ArenaLayout): Snapshot => {
	const nothing = new Float32Array(0);
	const empty = { step: 0, parameters: nothing, firstMoments: nothing, secondMoments: null };
	return carriedOver(empty, { ...to, entries: [] }, to, { initial: () => weights, freshMoments: true });
};

/**
 * A model's memory as another model starts with it: parameters that both have under one name and in one shape keep weights
 * and moments to the last bit, the others start from `initial`, with moments of 0. With `freshMoments` all moments are 0:
 * those of one optimiser mean nothing to another.
 */
export function carriedOver(
	snapshot: Snapshot,
	from: ArenaLayout,
	to: ArenaLayout,
	{ initial, freshMoments }: { initial: () => Named; freshMoments: boolean },
): Snapshot {
	const arena = () => new Float32Array(to.floats);
	const { step, secondMoments, lossScale } = snapshot;
	const carried: Snapshot = {
		step,
		parameters: arena(),
		firstMoments: arena(),
		secondMoments: secondMoments && !freshMoments ? arena() : null,
		...(lossScale ? { lossScale } : {}),
	};
	const kept = freshMoments ? (['parameters'] as const) : (['parameters', 'firstMoments', 'secondMoments'] as const);
	const known = new Map(from.entries.map((entry) => [entry.name, entry]));
	let drawn: Named | null = null;
	for (const { name, shape, offset } of to.entries) {
		const source = known.get(name);
		if (source && sameShape(source.shape, shape)) {
			for (const part of kept)
				if (snapshot[part]) carried[part]?.set(snapshot[part].subarray(source.offset, source.offset + paddedSizeOf(shape)), offset);
		} else {
			drawn ??= initial();
			carried.parameters.set(pad(drawn[name], shape), offset);
		}
	}
	return carried;
}
