import type { Precision } from '../commonFields';

/** Result of checking one op's kernels against its float64 reference on an adapter. */
export interface OpCheck {
	op: string;
	/** Of activations and of the weights that kernels read. */
	storage: Precision;
	cases: number;
	/** Largest |kernel − reference| / max(1, largest |reference| of that output), over all cases. */
	largestError: number;
	tolerance: number;
	passed: boolean;
	/** Shapes and attributes of the case with the largest error, and the GPU's message if a case failed to run. */
	worstCase: string;
}
