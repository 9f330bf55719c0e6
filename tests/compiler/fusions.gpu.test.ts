import { describe } from 'vitest';
import { testFusedSteps } from './fusedSteps';

describe.each(['subgroup8', 'subgroup4'] as const)('fused plans of the %s kernels', testFusedSteps);
