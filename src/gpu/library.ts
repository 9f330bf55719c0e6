import { makeBindGroupLayoutDescriptors, makeShaderDataDefinitions, makeStructuredView, type ShaderDataDefinitions } from 'webgpu-utils';
import { type Dispatch, type Plan, type Variant, variantKey } from '../compiler/plan';
import { watched } from './fault';
import { inHalf } from './halfText';
import { SHADERS, ShaderError, specialise } from './shaders';

/** A kernel compiled for a device. Bindings and uniforms come from reflection of its text, so that host and shader always agree. */
export interface Compiled {
	pipeline: GPUComputePipeline;
	layout: GPUBindGroupLayout;
	/** Binding number of each storage buffer, by its variable's name. */
	bindings: Map<string, number>;
	/** Bytes of the `params` uniform; its binding is 0. */
	uniformBytes: number;
	/** The uniform's bytes for these values. @throws Error if a field is missing or unknown */
	encode(values: Dispatch['uniforms']): ArrayBuffer;
}

export type Progress = (done: number, total: number, kernel: string) => void;

/** Pipelines that are compiled at the same time. */
const COMPILED_AT_ONCE = 8;

/** Every pipeline of a device, compiled once and shared by all its programs. */
export class KernelLibrary {
	private readonly compiled = new Map<string, Promise<Compiled>>();

	constructor(
		readonly device: GPUDevice,
		private readonly sources: Readonly<Record<string, string>> = SHADERS,
	) {}

	/** Number of pipelines compiled so far. */
	get size(): number {
		return this.compiled.size;
	}

	/**
	 * Compiles the kernels of the plans, some at once, because browsers and drivers compile on several threads. Dispatches each
	 * new pipeline once with no work, because some drivers compile only then. Ends, or fails, when none is being compiled.
	 *
	 * @throws ShaderError, and what `progress` throws
	 */
	async prepare(plans: readonly Plan[], progress: Progress = () => {}): Promise<void> {
		const variants = new Map(plans.flatMap((plan) => plan.dispatches.map(({ variant }) => [variantKey(variant), variant] as const)));
		const missing = [...variants].filter(([key]) => !this.compiled.has(key)).map(([, variant]) => variant);
		const compiling: Promise<Compiled>[] = [];
		const warming: Promise<void>[] = [];
		try {
			for (const [i, { file }] of missing.entries()) {
				compiling.push(...missing.slice(compiling.length, i + COMPILED_AT_ONCE).map((variant) => this.get(variant)));
				progress(i, missing.length, file);
				const warmed = this.warm(await compiling[i]);
				warmed.catch(() => {}); // what fails is thrown where it is awaited
				warming.push(warmed);
				// The next is submitted before this one ends, so that the device never waits for the host.
				await warming.at(-2);
			}
			await warming.at(-1);
		} finally {
			await Promise.allSettled([...compiling, ...warming]);
		}
		progress(missing.length, missing.length, '');
	}

	/** The compiled kernel of a variant. @throws ShaderError with file and line. */
	get(variant: Variant): Promise<Compiled> {
		const key = variantKey(variant);
		let known = this.compiled.get(key);
		if (!known) {
			known = this.compile(variant);
			this.compiled.set(key, known);
			known.catch(() => this.compiled.delete(key));
		}
		return known;
	}

	private async compile({ file, constants, overrides, half = [] }: Variant): Promise<Compiled> {
		const text = this.sources[file];
		if (text === undefined) throw new Error(`shaders/${file}.wgsl is missing`);
		const inFull = specialise(file, text, constants);
		const code = inHalf(file, inFull, half);
		const { device } = this;
		const { result: module, accepted } = watched(device, () => device.createShaderModule({ code, label: file }));
		const info = await module.getCompilationInfo();
		const failed = info.messages.find(({ type }) => type === 'error');
		if (failed) throw new ShaderError(file, failed.lineNum, code.split('\n')[failed.lineNum - 1] ?? '', failed.message);
		await accepted.catch((error: Error) => {
			throw new ShaderError(file, 1, '', error.message);
		});
		// Shaders call a workgroup's id `team`, because this parser fails on a variable called `workgroup`.
		const definitions = makeShaderDataDefinitions(inFull);
		const descriptor = { compute: { module, entryPoint: 'main', constants: overrides } };
		const [layoutDescriptor] = makeBindGroupLayoutDescriptors(definitions, descriptor);
		const layout = device.createBindGroupLayout(layoutDescriptor);
		let pipeline: GPUComputePipeline;
		try {
			pipeline = await device.createComputePipelineAsync({
				...descriptor,
				label: file,
				layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
			});
		} catch (error) {
			throw new ShaderError(file, 1, '', error instanceof Error ? error.message : String(error));
		}
		const bindings = new Map(Object.entries(definitions.storages).map(([name, { binding }]) => [name, binding]));
		return {
			pipeline,
			layout,
			bindings,
			uniformBytes: definitions.uniforms.params.size,
			encode: (values) => encode(file, definitions, values),
		};
	}

	/** Dispatches one workgroup with an all-zero uniform, which means no work to every kernel. */
	private async warm({ pipeline, layout, bindings, uniformBytes }: Compiled): Promise<void> {
		const { device } = this;
		const buffer = (size: number, usage: number) => device.createBuffer({ size, usage });
		const storages = [...bindings.values()].map((binding) => ({ binding, resource: { buffer: buffer(256, GPUBufferUsage.STORAGE) } }));
		const uniform = buffer(Math.max(16, uniformBytes), GPUBufferUsage.UNIFORM);
		const group = device.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer: uniform } }, ...storages] });
		const encoder = device.createCommandEncoder();
		const pass = encoder.beginComputePass();
		pass.setPipeline(pipeline);
		pass.setBindGroup(0, group);
		pass.dispatchWorkgroups(1);
		pass.end();
		device.queue.submit([encoder.finish()]);
		await device.queue.onSubmittedWorkDone();
		for (const { resource } of storages) resource.buffer.destroy();
		uniform.destroy();
	}
}

function encode(file: string, definitions: ShaderDataDefinitions, values: Dispatch['uniforms']): ArrayBuffer {
	const view = makeStructuredView(definitions.uniforms.params);
	const fields = Object.keys(view.views);
	const missing = fields.filter((field) => !(field in values));
	const unknown = Object.keys(values).filter((field) => !fields.includes(field));
	if (missing.length || unknown.length)
		throw new Error(`shaders/${file}.wgsl: params lack ${missing.join(', ') || 'nothing'}, and have no ${unknown.join(', ') || 'other'}`);
	view.set(values as Record<string, number | number[]>);
	return view.arrayBuffer;
}
