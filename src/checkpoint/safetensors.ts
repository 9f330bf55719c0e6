/** The safetensors format: 8 bytes of header length, a JSON header, then the bytes of the tensors. Source: huggingface/safetensors. */
import * as v from 'valibot';

export interface StoredTensor {
	shape: readonly number[];
	data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
}

export class CheckpointError extends Error {
	override name = 'CheckpointError';
}

const TYPES = { F32: Float32Array, I32: Int32Array } as const;

/** Longest header that the format allows, bytes. */
const MAX_HEADER = 100_000_000;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const tensorSchema = v.object({
	dtype: v.string(),
	shape: v.array(count),
	data_offsets: v.tuple([count, count]),
});

/** Reads F32 and I32 tensors; `file` names the source in errors. @throws CheckpointError */
export function readSafetensors(bytes: Uint8Array, file: string): Map<string, StoredTensor> {
	const fail = (why: string): never => {
		throw new CheckpointError(`${file}: ${why}`);
	};
	const { header, start } = readHeader(bytes, fail);
	const size = bytes.byteLength - start;
	const specs = Object.entries(header)
		.filter(([name]) => name !== '__metadata__')
		.map(([name, json]) => readSpec(name, json, size, fail));
	// If tensors could share bytes, a small file could unpack to any size.
	const inOrder = specs.toSorted((a, b) => a.from - b.from || a.to - b.to);
	inOrder.forEach(({ name, from, to }, i) => {
		if (i > 0 && from < inOrder[i - 1].to) fail(`${shown(name)}: its bytes ${from}–${to} overlap those of ${shown(inOrder[i - 1].name)}`);
	});
	return new Map(
		specs.map(({ name, shape, type, from, to }) => {
			const data = new type((to - from) / 4);
			// Copied as bytes, because a tensor may start at any address in the file.
			new Uint8Array(data.buffer).set(bytes.subarray(start + from, start + to));
			return [name, { shape, data }];
		}),
	);
}

/** One tensor's entry of the header. Its bytes are `from` to `to` of the `size` bytes after the header. */
function readSpec(name: string, json: unknown, size: number, fail: (why: string) => never) {
	const spec = v.safeParse(tensorSchema, json, { abortEarly: true });
	if (!spec.success) return fail(`${shown(name)}: its header must have a dtype, a shape and two data_offsets`);
	const { dtype, shape, data_offsets } = spec.output;
	const [from, to] = data_offsets;
	if (!Object.hasOwn(TYPES, dtype)) fail(`${shown(name)} has type ${shown(dtype)}; F32 and I32 are read`);
	const length = shape.reduce((product, extent) => product * extent, 1);
	if (to - from !== length * 4 || to > size)
		fail(`${shown(name)}: its bytes ${from}–${to} don't fit shape ${shown(`[${shape.join(', ')}]`)} or the file`);
	return { name, shape, type: TYPES[dtype as keyof typeof TYPES], from, to };
}

/** The parsed header, and the offset of the tensors' bytes. */
function readHeader(bytes: Uint8Array, fail: (why: string) => never): { header: Record<string, unknown>; start: number } {
	if (bytes.byteLength < 8) fail('no safetensors file: shorter than its header');
	const length = Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true));
	if (length > bytes.byteLength - 8) fail('no safetensors file: its header is longer than the file');
	if (length > MAX_HEADER) fail(`its header is longer than ${MAX_HEADER} bytes`);
	let header: unknown;
	try {
		header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
	} catch {
		return fail('no safetensors file: its header is not JSON');
	}
	if (typeof header !== 'object' || header === null || Array.isArray(header))
		return fail('no safetensors file: its header is not a JSON object');
	return { header: header as Record<string, unknown>, start: 8 + length };
}

/** Text from the file, shortened for a message. */
const shown = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

/** The bytes of a safetensors file, tensors in the order given. */
export function writeSafetensors(tensors: ReadonlyMap<string, StoredTensor>): Uint8Array<ArrayBuffer> {
	let at = 0;
	// Without a format, Hugging Face's loader refuses the file.
	const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
	for (const [name, { shape, data }] of tensors) {
		header[name] = { dtype: data instanceof Float32Array ? 'F32' : 'I32', shape, data_offsets: [at, at + data.byteLength] };
		at += data.byteLength;
	}
	const text = new TextEncoder().encode(JSON.stringify(header));
	const padded = Math.ceil(text.length / 8) * 8;
	const bytes = new Uint8Array(8 + padded + at);
	new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
	bytes.fill(0x20, 8, 8 + padded);
	bytes.set(text, 8);
	at = 8 + padded;
	for (const { data } of tensors.values()) {
		bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
		at += data.byteLength;
	}
	return bytes;
}
