import { openTestGpu } from '../../support/webgpu';

/** The test's GPU without some features, with devices that are kept, or that says it binds little. */
export function changedGpu({
	without = [] as string[],
	opened = [] as GPUDevice[],
	mostBindingBytes = Number.POSITIVE_INFINITY,
} = {}): GPU {
	const { gpu } = openTestGpu();
	const requestAdapter = async (options?: GPURequestAdapterOptions) => {
		const adapter = await gpu.requestAdapter(options);
		if (!adapter) return null;
		const { features, info } = adapter;
		const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
		return {
			limits: { maxBufferSize, maxStorageBufferBindingSize: Math.min(maxStorageBufferBindingSize, mostBindingBytes) },
			info,
			features: new Set([...features].filter((name) => !without.includes(name))),
			async requestDevice(descriptor: GPUDeviceDescriptor) {
				const device = await adapter.requestDevice(descriptor);
				opened.push(device);
				return device;
			},
		};
	};
	return { requestAdapter } as unknown as GPU;
}
