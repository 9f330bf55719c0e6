/**
 * A run's weights and moments as a file, little-endian:
 *
 *     8 bytes    `RFL-RUN1`
 *     uint32     bytes of the header
 *     header     JSON, filled up with spaces to a multiple of 4 bytes: step, layout of the arenas, number of arenas
 *     float32    parameters, first moments and, if the optimiser has them, second moments: `floats` numbers each
 */
import * as v from 'valibot';
import type { ArenaLayout } from '../../../compiler/plan';
import { paddedSizeOf, sameShape } from '../../../graph/tensor';
import { carriedOver } from '../../../training/snapshots';
import type { Snapshot } from '../../../training/trainer';

const MAGIC = 'RFL-RUN1';
const PREFIX = MAGIC.length + 4;

/** Stored weights that can't be used. The message is for the user and completes "the stored weights of RUN …". */
export class StoredWeightsError extends Error {
	override name = 'StoredWeightsError';
}

type StoredLayout = Pick<ArenaLayout, 'floats' | 'entries'>;

/** A snapshot with the layout of its arenas, as the bytes of a file. */
export function snapshotBytes(snapshot: Snapshot, { floats, entries }: StoredLayout): Uint8Array<ArrayBuffer> {
	const { step, parameters, firstMoments, secondMoments } = snapshot;
	const arenas = [parameters, firstMoments, ...(secondMoments ? [secondMoments] : [])];
	const text = new TextEncoder().encode(JSON.stringify({ step, floats, entries, arenas: arenas.length }));
	const header = 4 * Math.ceil(text.length / 4);
	const bytes = new Uint8Array(PREFIX + header + 4 * floats * arenas.length);
	bytes.set(new TextEncoder().encode(MAGIC));
	new DataView(bytes.buffer).setUint32(MAGIC.length, header, true);
	bytes.fill(0x20, PREFIX, PREFIX + header).set(text, PREFIX);
	arenas.forEach((arena, i) => {
		bytes.set(new Uint8Array(arena.buffer, arena.byteOffset, 4 * floats), PREFIX + header + 4 * floats * i);
	});
	return bytes;
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 32));
const headerSchema = v.object({
	step: count,
	floats: count,
	entries: v.array(v.object({ name: v.string(), shape: v.array(count), offset: count })),
	arenas: v.picklist([2, 3]),
});

/**
 * The snapshot in a file, in the layout of a model.
 *
 * @throws StoredWeightsError if the bytes are not such a file, or its parameters are not the model's
 */
export function snapshotOf(bytes: Uint8Array<ArrayBuffer>, to: ArenaLayout): Snapshot {
	const { header, at } = readHeader(bytes);
	const { step, floats, entries, arenas } = header;
	if (bytes.length !== at + 4 * floats * arenas) throw new StoredWeightsError('are incomplete');
	const known = new Map(entries.map((entry) => [entry.name, entry]));
	for (const { name, shape } of to.entries) {
		const stored = known.get(name);
		if (!stored || !sameShape(stored.shape, shape) || stored.offset + paddedSizeOf(shape) > floats)
			throw new StoredWeightsError(`lack ${name} [${shape.join(', ')}] of this version’s model`);
	}
	if (known.size !== to.entries.length) throw new StoredWeightsError('have parameters that this version’s model lacks');
	const arena = (i: number) => new Float32Array(bytes.slice(at + 4 * floats * i, at + 4 * floats * (i + 1)).buffer);
	const snapshot: Snapshot = { step, parameters: arena(0), firstMoments: arena(1), secondMoments: arenas === 3 ? arena(2) : null };
	const same = floats === to.floats && to.entries.every(({ name, offset }) => known.get(name)?.offset === offset);
	return same ? snapshot : carriedOver(snapshot, { ...to, floats, entries }, to, { initial: () => ({}), freshMoments: false });
}

function readHeader(bytes: Uint8Array<ArrayBuffer>): { header: v.InferOutput<typeof headerSchema>; at: number } {
	if (bytes.length < PREFIX || new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC)
		throw new StoredWeightsError('are of another version of this page, or damaged');
	const at = PREFIX + new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
	try {
		return { header: v.parse(headerSchema, JSON.parse(new TextDecoder().decode(bytes.subarray(PREFIX, at)))), at };
	} catch {
		throw new StoredWeightsError('are damaged');
	}
}

/** Hexadecimal SHA-256. */
export async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
	const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
	return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
