/** An invented step with plausible numbers. Test-only. */
import type { KernelKind, KernelTime, StepReport } from '../../src/experiment/records/stepReport';
import type { TunedTiles } from '../../src/experiment/records/tiles';

const kernel = (
	name: string,
	op: string,
	kind: KernelKind,
	dispatches: number,
	us: number,
	mflop: number,
	megabytes: number,
): KernelTime => ({
	kernel: name,
	op,
	kind,
	dispatches,
	flops: mflop * 1e6,
	moved: megabytes * 1e6,
	us,
	gflops: (mflop * 1e3) / us,
	gbs: (megabytes * 1e3) / us,
	share: Math.max((mflop * 1e3) / us / 9000, (megabytes * 1e3) / us / 380),
});

export const TILES: readonly TunedTiles[] = [
	{
		product: 'productsTN: 3 of 64×64×1024 in 8 parts + 64×192×1024 in 8 parts',
		workgroups: 48,
		byRule: '32×32',
		candidates: [
			{ tile: '64×64', us: 6.1 },
			{ tile: '32×32', us: 7.3 },
		],
		chosen: '64×64',
		why: 'measured',
	},
	{
		product: 'matmulNT: 1024×64×192',
		workgroups: 16,
		byRule: '32×32',
		candidates: [
			{ tile: '64×64', us: 15.6 },
			{ tile: '32×32', us: 8.6 },
		],
		chosen: '32×32',
		why: 'rule',
	},
	{
		product: 'rmsNorm, productsNT, rope: 3 of 1024×64×64',
		workgroups: 48,
		byRule: '32×32',
		candidates: [{ tile: '32×32', us: null }],
		chosen: '32×32',
		why: 'only',
	},
];

export const stepReportOf = (method: string): StepReport => ({
	method,
	cost: {
		kernels: 'tiled',
		dispatches: 72,
		pipelines: 26,
		flops: 1_284_000_000,
		bytes: {
			parameters: 1_140_000,
			gradients: 1_140_000,
			firstMoments: 1_140_000,
			secondMoments: 1_140_000,
			microGradients: 0,
			activations: 14_680_000,
			moved: 68_400_000,
		},
		estimates: { 'Intel Iris Xe': 6.21, 'Apple M1': 5.07, 'NVIDIA RTX 4090': 2.31 },
	},
	times: {
		method: 'repeated timestamps',
		stepMs: 1.5,
		hostMs: 0.21,
		predictedMs: 1.35,
		peaks: { product: 9e12, attention: 1.4e12, memory: 3.8e11, dispatch: 5e-6 },
		kernels: [
			kernel('matmul_tiled', 'matmul', 'product', 40, 800, 1021, 41),
			kernel('attention_backward', 'attentionBackward', 'attention', 8, 340, 174, 9.2),
			kernel('attention_forward', 'attention', 'attention', 4, 120, 89, 4.1),
			kernel('rmsnorm_backward', 'rmsnorm', 'other', 12, 110, 0, 8.4),
			kernel('adamw', 'adamw', 'other', 2, 40, 0, 3.9),
			kernel('cross_entropy', 'crossEntropy', 'other', 6, 30, 0, 1.8),
		],
	},
});
