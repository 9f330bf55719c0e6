/** The safetensors format: 8 bytes of header length, a JSON header, then the bytes of the tensors. Source: huggingface/safetensors. */
import * as v from 'valibot';

export interface StoredTensor {
	shape: readonly number[];
	data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
}

export class CheckpointError extends Error {
	override name = 'CheckpointError';
}

interface ElementType {
	/** Bytes of an element. */
	size: number;
	/** The elements of `bytes`, which may start at any address. */
	read(bytes: Uint8Array): StoredTensor['data'];
}

const copied = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

/** Types that are read. Half precision is widened, which loses nothing. */
const TYPES: Readonly<Record<string, ElementType>> = {
	F32: { size: 4, read: (bytes) => new Float32Array(copied(bytes)) },
	I32: { size: 4, read: (bytes) => new Int32Array(copied(bytes)) },
	BF16: { size: 2, read: (bytes) => new Float32Array(Uint32Array.from(new Uint16Array(copied(bytes)), (bits) => bits << 16).buffer) },
	F16: { size: 2, read: (bytes) => Float32Array.from(new Uint16Array(copied(bytes)), fromHalf) },
};

/** The number with the bits of an IEEE 754 binary16. */
function fromHalf(bits: number): number {
	const sign = bits & 0x8000 ? -1 : 1;
	const exponent = (bits >> 10) & 31;
	const fraction = bits & 1023;
	if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
	return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Longest header that the format allows, bytes. */
const MAX_HEADER = 100_000_000;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const tensorSchema = v.object({
	dtype: v.string(),
	shape: v.array(count),
	data_offsets: v.tuple([count, count]),
});

/** A tensor that is unpacked when it is read. */
export interface PackedTensor {
	/** @throws CheckpointError if its type is not one that is read */
	read(): StoredTensor;
}

/** Opens a safetensors file, whose tensors may have any type. `file` names the source in errors. @throws CheckpointError */
export function openSafetensors(bytes: Uint8Array, file: string): Map<string, PackedTensor> {
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
		specs.map(({ name, shape, dtype, type, from, to }) => [
			name,
			{
				read: () => {
					if (!type) return fail(`${shown(name)} has type ${shown(dtype)}; ${Object.keys(TYPES).join(', ')} are read`);
					return { shape, data: type.read(bytes.subarray(start + from, start + to)) };
				},
			},
		]),
	);
}

/** Reads all tensors of a safetensors file. `file` names the source in errors. @throws CheckpointError */
export const readSafetensors = (bytes: Uint8Array, file: string): Map<string, StoredTensor> =>
	new Map([...openSafetensors(bytes, file)].map(([name, tensor]) => [name, tensor.read()]));

/** One tensor's entry of the header. Its bytes are `from` to `to` of the `size` bytes after the header. */
function readSpec(name: string, json: unknown, size: number, fail: (why: string) => never) {
	const spec = v.safeParse(tensorSchema, json, { abortEarly: true });
	if (!spec.success) return fail(`${shown(name)}: its header must have a dtype, a shape and two data_offsets`);
	const { dtype, shape, data_offsets } = spec.output;
	const [from, to] = data_offsets;
	const type = Object.hasOwn(TYPES, dtype) ? TYPES[dtype] : undefined;
	const length = shape.reduce((product, extent) => product * extent, 1);
	if (to > size || from > to || (type && to - from !== length * type.size))
		fail(`${shown(name)}: its bytes ${from}–${to} don't fit shape ${shown(`[${shape.join(', ')}]`)} or the file`);
	return { name, shape, dtype, type, from, to };
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
