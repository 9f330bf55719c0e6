const CONVERSION = /\b(f16|vec2h|vec4h)\(x\)/g;
const FULL: Readonly<Record<string, string>> = { f16: 'f32', vec2h: 'vec2f', vec4h: 'vec4f' };

/** Lets a device convert numbers that are too large for float16 to the largest float16, and NaN to some number, which WGSL allows too. */
export function clampHalves(device: GPUDevice): void {
	const create = device.createShaderModule.bind(device);
	device.createShaderModule = (descriptor) => {
		const code = descriptor.code.replace(CONVERSION, (_, type) => `${type}(clamp(x, ${FULL[type]}(-65504), ${FULL[type]}(65504)))`);
		return create({ ...descriptor, code });
	};
}
