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
