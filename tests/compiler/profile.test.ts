import { expect, test } from 'vitest';
import { PROFILES, profileFor, profileNamed } from '../../src/compiler/profile';

test('a GPU gets tiled kernels, a software adapter those for its subgroups', () => {
	expect(profileFor({ software: false, subgroupSize: 32 })).toBe(profileNamed('tiled'));
	expect(profileFor({ software: true, subgroupSize: 8 }).name).toBe('subgroup8');
	expect(profileFor({ software: true, subgroupSize: 4 }).name).toBe('subgroup4');
	expect(profileFor({ software: true, subgroupSize: 0 }).name).toBe('tiled');
});

test('no software adapter gets small tiles, also when its kernels are named', () => {
	for (const { name } of PROFILES) {
		expect(profileFor({ software: true, subgroupSize: 8 }, name)).toEqual({ ...profileNamed(name), fillingWorkgroups: 0 });
		expect(profileFor({ software: false, subgroupSize: 32 }, name)).toBe(profileNamed(name));
	}
	expect(profileNamed('tiled').fillingWorkgroups).toBeGreaterThan(0);
});
