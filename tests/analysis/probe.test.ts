import { expect, it } from 'vitest';
import { FRAME_PARTS } from '../../src/analysis/frame';
import { PROBED, type Probed, probeGraph } from '../../src/analysis/probe';
import { compile } from '../../src/compiler/compile';
import { PROFILES } from '../../src/compiler/profile';
import { readOracle } from '../support/oracle';

const { model, batchSize, length } = readOracle('attention-residual');
const dispatches = (parts: readonly Probed[]) => compile(probeGraph(model, batchSize, length, parts), { profile: PROFILES[0] }).dispatches;
const patterns = (parts: readonly Probed[]) => dispatches(parts).filter(({ kernel }) => kernel === 'attentionProbabilities').length;

it('an output that is not read costs no dispatch', () => {
	expect(dispatches([])).toHaveLength(0);
	expect(patterns(PROBED)).toBeGreaterThan(0);
	expect(patterns(['hidden', 'value'])).toBe(0);
	// The last block's output is for measurements alone: maps don't need it.
	expect(dispatches(['attention']).length).toBeLessThan(dispatches(['attention', 'hidden']).length);
	// The sum after an attention update can't be folded into its product while a measurement reads the product.
	expect(dispatches(PROBED).length - dispatches(PROBED.filter((part) => part !== 'update')).length).toBe(model.layers);
	expect(FRAME_PARTS).not.toContain('update');
	expect(dispatches(['value']).length).toBeLessThan(dispatches(['hidden']).length);
});
