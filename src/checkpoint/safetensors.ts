/** The safetensors format: 8 bytes of header length, a JSON header, then the tensors' bytes. Source: huggingface/safetensors. */

export interface StoredTensor {
	shape: readonly number[];
	data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
}

export class CheckpointError extends Error {
	override name = 'CheckpointError';
}

const TYPES = { F32: Float32Array, I32: Int32Array } as const;

/** Reads F32 and I32 tensors; `file` names the source in errors. @throws CheckpointError */
export function readSafetensors(bytes: Uint8Array, file: string): Map<string, StoredTensor> {
	const fail = (why: string): never => {
		throw new CheckpointError(`${file}: ${why}`);
	};
	if (bytes.byteLength < 8) fail('no safetensors file: shorter than its header');
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const length = Number(view.getBigUint64(0, true));
	if (length > bytes.byteLength - 8) fail('no safetensors file: its header is longer than the file');
	let header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
	try {
		header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
	} catch {
		return fail('no safetensors file: its header is no JSON');
	}
	const tensors = new Map<string, StoredTensor>();
	for (const [name, spec] of Object.entries(header)) {
		if (name === '__metadata__') continue;
		const type = TYPES[spec.dtype as keyof typeof TYPES] ?? fail(`${name} has type ${spec.dtype}; F32 and I32 are read`);
		const [start, end] = spec.data_offsets;
		const size = spec.shape.reduce((product, extent) => product * extent, 1);
		if (end - start !== size * 4 || start < 0 || 8 + length + end > bytes.byteLength)
			fail(`${name}: its bytes ${start}–${end} don't fit shape [${spec.shape.join(', ')}] or the file`);
		const data = new type(size);
		new Uint8Array(data.buffer).set(bytes.subarray(8 + length + start, 8 + length + end));
		tensors.set(name, { shape: spec.shape, data });
	}
	return tensors;
}

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
