import { describe, expect, it } from 'vitest';
import { adapterText } from '../../src/ui/shared/adapterText';

describe('the name of the GPU', () => {
	it('says of one that computes on the CPU that it is software', () => {
		expect(adapterText({ name: 'google swiftshader', software: true })).toBe('software GPU (SwiftShader)');
		expect(adapterText({ name: 'llvmpipe (LLVM 15.0.7)', software: true })).toBe('software GPU (llvmpipe)');
		expect(adapterText({ name: 'NVIDIA GeForce RTX 4070', software: false })).toBe('NVIDIA GeForce RTX 4070');
	});
});
