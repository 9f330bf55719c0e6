/** A run's weights and moments as a safetensors file: `NAME` for the parameter, `m.NAME` and `v.NAME` for its moments, `loss_scale` in float16. */
import { CheckpointError, readSafetensors, type StoredTensor, writeSafetensors } from '../../../checkpoint/safetensors';
import type { ArenaLayout } from '../../../compiler/plan';
import { pad, unpad } from '../../../gpu/layout';
import { sameShape } from '../../../graph/tensor';
import type { Snapshot } from '../../../training/trainer';

/** Stored weights that can't be used. The message is for the user and completes "the stored weights of RUN …". */
export class StoredWeightsError extends Error {
	override name = 'StoredWeightsError';
}

const PREFIXES = { parameters: '', firstMoments: 'm.', secondMoments: 'v.' } as const;
const LOSS_SCALE = 'loss_scale';
const PARTS = ['parameters', 'firstMoments', 'secondMoments'] as const;

/** The file's bytes. Padding is left out: it is always 0. */
export function snapshotBytes(snapshot: Snapshot, { entries }: Pick<ArenaLayout, 'entries'>): Uint8Array<ArrayBuffer> {
	const tensors = new Map<string, StoredTensor>();
	for (const part of PARTS) {
		const arena = snapshot[part];
		if (!arena) continue;
		for (const { name, shape, offset } of entries)
			tensors.set(PREFIXES[part] + name, { shape, data: unpad(arena.subarray(offset), shape) });
	}
	if (snapshot.lossScale) tensors.set(LOSS_SCALE, { shape: [2], data: snapshot.lossScale });
	return writeSafetensors(tensors);
}

/**
 * The snapshot in a file, in the layout of a model, after `step` updates.
 *
 * @throws StoredWeightsError if the bytes are not such a file, or its parameters are not the model's
 */
export function snapshotOf(bytes: Uint8Array<ArrayBuffer>, step: number, { floats, entries }: ArenaLayout): Snapshot {
	const tensors = read(bytes);
	const hasSecond = entries.some(({ name }) => tensors.has(PREFIXES.secondMoments + name));
	const parts = hasSecond ? PARTS : PARTS.slice(0, 2);
	const scale = tensors.get(LOSS_SCALE);
	tensors.delete(LOSS_SCALE);
	if (tensors.size !== parts.length * entries.length) throw new StoredWeightsError('are not those of this version’s model');
	const arenaOf = (part: (typeof PARTS)[number]) => {
		const arena = new Float32Array(floats);
		for (const { name, shape, offset } of entries) {
			const stored = tensors.get(PREFIXES[part] + name);
			if (!stored || !sameShape(stored.shape, shape))
				throw new StoredWeightsError(`lack ${PREFIXES[part]}${name} [${shape.join(', ')}] of this version’s model`);
			arena.set(pad(stored.data, shape), offset);
		}
		return arena;
	};
	return {
		step,
		parameters: arenaOf('parameters'),
		firstMoments: arenaOf('firstMoments'),
		secondMoments: hasSecond ? arenaOf('secondMoments') : null,
		...(scale ? { lossScale: Float32Array.from(scale.data) } : {}),
	};
}

function read(bytes: Uint8Array): Map<string, StoredTensor> {
	try {
		return readSafetensors(bytes, 'file');
	} catch (error) {
		if (error instanceof CheckpointError) throw new StoredWeightsError('are damaged');
		throw error;
	}
}

/** Hexadecimal SHA-256. */
export async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
	const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
	return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
