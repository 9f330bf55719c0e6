import '../support/fourLanes';
import { describe } from 'vitest';
import { testHalfSteps } from './halfSteps';

describe('a training step in float16 with tiled kernels', () => testHalfSteps('tiled'));
