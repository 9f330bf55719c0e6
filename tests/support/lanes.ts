import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Environment in which lavapipe computes with four lanes in place of eight. LLVM 15 compiles kernels with barriers, such as those for
 * GPUs, three times as fast for four. Kernels for subgroups of eight lanes can't run in it.
 */
export const FOUR_LANES = {
	LP_NATIVE_VECTOR_WIDTH: '128',
	// Mesa may not tell kernels for four lanes from those for eight.
	MESA_SHADER_CACHE_DIR: join(tmpdir(), 'resformer-lab-four-lanes'),
};
