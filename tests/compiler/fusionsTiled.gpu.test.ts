import '../support/fourLanes';
import { describe } from 'vitest';
import { testFusedSteps } from './fusedSteps';

describe('fused plans of the tiled kernels', () => testFusedSteps('tiled'));
