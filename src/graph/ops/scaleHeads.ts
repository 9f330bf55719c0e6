import { elementOf, type KernelCall, perElement } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { columnsOf, paddedSizeOf, sizeOf, strideOf } from '../tensor';

const scaleHeadsKernel = perElement('scaleHeads', 'scale_heads');

/**
 * Multiplies each head by a gate: x [N, H·dh], row `layer` of gates [L, H] → gates[layer, h]·x. A gate of 0 switches a head
 * off; 1 changes nothing.
 */
export const scaleHeads = defineOp<{ layer: number }>({
	name: 'scaleHeads',
	shape(shapes, { layer }) {
		const [x, gates] = shapes;
		const fits = () => columnsOf(x) % (2 * columnsOf(gates)) === 0 && layer * columnsOf(gates) < sizeOf(gates);
		expectShapes(shapes.length === 2 && fits(), 'scaleHeads', shapes, `takes x [N, H·dh], dh even, and gates [L, H] with a row ${layer}`);
		return [{ shape: x }];
	},
	reference([x, gates], [shape, gateShape], { layer }) {
		const heads = columnsOf(gateShape);
		const width = columnsOf(shape);
		return [x.map((value, i) => gates[layer * heads + Math.floor((i % width) / (width / heads))] * value)];
	},
	lower({ inputs: [x, gates], outputs: [out], attributes: { layer } }): KernelCall[] {
		const heads = columnsOf(gates.shape);
		const headSize = columnsOf(x.shape) / heads;
		const { width, constants } = elementOf(headSize);
		const elements = paddedSizeOf(out.shape) / width;
		return [
			{
				kernel: scaleHeadsKernel,
				bindings: { x, gates, out },
				uniforms: {
					elements,
					heads,
					headElements: headSize / width,
					stride: strideOf(x.shape) / width,
					gateStride: strideOf(gates.shape),
					layer: layer,
				},
				constants,
				extent: [elements, 1, 1],
			},
		];
	},
	samples: [
		{ inputs: [{ shape: [1, 2] }, { shape: [1, 1] }], attributes: { layer: 0 } },
		{ inputs: [{ shape: [5, 18] }, { shape: [2, 3] }], attributes: { layer: 1 } },
		{ inputs: [{ shape: [67, 40] }, { shape: [3, 5] }], attributes: { layer: 2 } },
	],
});
