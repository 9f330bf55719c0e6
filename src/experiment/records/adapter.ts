/**
 * Oldest Chrome that can train: the first with Float16Array, which webgpu-utils refers to. README.md names it too, and
 * `tests/docs/chromeFeatures.ts` lists the features that it follows from.
 */
export const OLDEST_CHROME = 135;

/** A WebGPU adapter. */
export interface AdapterDescription {
	name: string;
	vendor: string;
	architecture: string;
	/** True for an adapter that runs on the CPU, such as SwiftShader, lavapipe or WARP. */
	software: boolean;
	/** The set of kernels that the compiler chose for it. */
	kernels: string;
}
