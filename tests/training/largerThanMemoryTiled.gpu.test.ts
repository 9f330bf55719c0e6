import '../support/fourLanes';
import { describe } from 'vitest';
import { testStepsInParts } from './stepsInParts';

describe('a training step with tiled kernels', () => testStepsInParts('tiled'));
