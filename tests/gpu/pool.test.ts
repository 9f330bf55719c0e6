import { expect, it } from 'vitest';
import { BufferPool } from '../../src/gpu/pool';

/** A device that counts the bytes of the buffers that it has. */
function counting() {
	const device = {
		bytes: 0,
		createBuffer({ size }: { size: number }) {
			device.bytes += size;
			return { size, destroy: () => (device.bytes -= size) };
		},
	};
	return { device, pool: new BufferPool(device as unknown as GPUDevice) };
}

it('programs that run one after the other need the memory of the largest, not of all of them', () => {
	const { device, pool } = counting();
	for (let size = 100; size <= 10_000; size += 100) {
		const taken = pool.take([size, size / 2]);
		expect(pool.bytes).toBe(1.5 * size);
		pool.release(taken);
		expect([device.bytes, pool.bytes]).toEqual([0, 0]);
	}
});

it('a buffer that another program still uses stays', () => {
	const { device, pool } = counting();
	const [first, second] = [pool.take([100, 40]), pool.take([80])];
	expect(second[0]).toBe(first[0]);
	pool.release(first);
	expect([device.bytes, pool.bytes]).toEqual([100, 100]);
	pool.release(second);
	expect(device.bytes).toBe(0);
	const third = pool.take([10]);
	pool.destroy();
	pool.release(third);
	expect([device.bytes, pool.bytes]).toEqual([0, 0]);
});
