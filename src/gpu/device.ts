import { type Profile, type ProfileName, profileFor } from '../compiler/profile';
import { type AdapterDescription, OLDEST_CHROME } from '../experiment/records/adapter';

/** A GPU ready to use. */
export interface Device extends Omit<AdapterDescription, 'kernels'> {
	device: GPUDevice;
	/** All that the browser tells of the adapter. Measurements that are kept are those of one identity. */
	identity: string;
	profile: Profile;
	/** Largest storage binding, bytes. */
	maxBindingBytes: number;
	/** True if kernels can store float16 (`shader-f16`). */
	storesHalf: boolean;
}

/** Thrown if no GPU can be used, with the reason and advice for the user. */
export class NoGpuError extends Error {
	override name = 'NoGpuError';
	constructor(
		message: string,
		readonly advice: string,
	) {
		super(message);
	}
}

const SOFTWARE = /llvmpipe|lavapipe|swiftshader|warp|basic render/i;

/** True for adapters that compute on the CPU. */
export const isSoftware = (info: GPUAdapterInfo): boolean =>
	SOFTWARE.test(`${info.vendor} ${info.architecture} ${info.description} ${info.device}`) ||
	(info as { isFallbackAdapter?: boolean }).isFallbackAdapter === true;

/** The model, and the driver where the browser tells it. Software adapters name themselves in the description. */
function nameOf({ vendor, architecture, description, device: model }: GPUAdapterInfo, software: boolean): string {
	const named = software ? description : [model, description && `(${description})`].filter(Boolean).join(' ');
	return named || model || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed GPU';
}

/**
 * Opens a device with the adapter's own storage limits, which are usually larger than WebGPU's defaults.
 *
 * @param profile kernel variants to use instead of those for the adapter: a family's name, or a profile that is taken as it is
 * @param timestamps asks for timestamps too, if the adapter has them
 * @throws NoGpuError
 */
export async function openDevice(gpu: GPU | undefined, profile?: Profile | ProfileName, timestamps = false): Promise<Device> {
	if (!gpu)
		throw new NoGpuError(
			'This browser has no WebGPU.',
			`Open the page in Chrome ${OLDEST_CHROME} or newer (Android: 12 or newer), over https or on localhost. In Linux, chrome://flags/#enable-unsafe-webgpu switches it on.`,
		);
	const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
	if (!adapter)
		throw new NoGpuError(
			'WebGPU is available, but it found no GPU adapter.',
			'See chrome://gpu: a blocked or missing driver is named there. Updating the graphics driver, or chrome://flags/#enable-unsafe-webgpu, often helps.',
		);
	const wanted = ['subgroups', 'shader-f16', ...(timestamps ? (['timestamp-query'] as const) : [])] as const;
	const features = wanted.filter((feature) => adapter.features.has(feature));
	const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
	const device = await adapter.requestDevice({
		requiredFeatures: features,
		requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
	});
	const { vendor, architecture, device: model, description } = adapter.info;
	const software = isSoftware(adapter.info);
	const subgroupSize = adapter.features.has('subgroups') ? (adapter.info.subgroupMinSize ?? 0) : 0;
	return {
		device,
		identity: [vendor, architecture, model, description].join(' | '),
		name: nameOf(adapter.info, software),
		vendor,
		architecture,
		software,
		profile: typeof profile === 'object' ? profile : profileFor({ software, subgroupSize }, profile),
		maxBindingBytes: Math.min(maxStorageBufferBindingSize, maxBufferSize),
		storesHalf: features.includes('shader-f16'),
	};
}
