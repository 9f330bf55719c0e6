/**
 * The fields that every task has, as a type and as a table. A new field takes one line of `CommonFields` and one entry of
 * `COMMON_FIELDS`. Defaults, JSON files, links, the form, and the fields that forks may change all follow from the table.
 * Links list the fields in the order of the table.
 */
import { type FieldFor, real, whole } from './fieldKinds';
import { OPTIMIZER_LABELS, OPTIMIZERS, type OptimizerName } from './optimizers';

export const SCHEDULES = ['cosine', 'constant'] as const;
export type Schedule = (typeof SCHEDULES)[number];

const PRECISIONS = ['float32', 'float16'] as const;
/** Storage of activations, and of the weights that they are computed from. */
export type Precision = (typeof PRECISIONS)[number];

export interface CommonFields {
	layers: number;
	heads: number;
	/** Key-value heads (GQA); null = as many as `heads`. */
	kvHeads: number | null;
	hiddenSize: number;
	intermediateSize: number;
	sequenceLength: number;
	tieWordEmbeddings: boolean;
	ropeTheta: number;
	rmsNormEps: number;

	/** The compared methods, as canonical method names such as `vanilla`, `resformer:learnable`, `svformer`. */
	methods: string[];

	batchSize: number;
	/** Parts that a batch is computed in, one after the other. */
	microBatches: number;
	/** True if the backward pass computes each layer's activations again instead of keeping them. */
	recompute: boolean;
	precision: Precision;
	steps: number;
	learningRate: number;
	/** null = a tenth of `learningRate`. */
	endLearningRate: number | null;
	warmupSteps: number;
	schedule: Schedule;
	optimizer: OptimizerName;
	/** SGD's. */
	momentum: number;
	/** Peak learning rate of the hidden matrices with Muon. */
	muonLearningRate: number;
	muonMomentum: number;
	weightDecay: number;
	beta1: number;
	beta2: number;
	epsilon: number;
	/** Largest global gradient norm; 0 = off. */
	clip: number;
	seeds: number[];

	/** Steps between two validation losses; 0 = only at the end. */
	validateEvery: number;
	/** Batches of held-out data in each validation loss. */
	validationBatches: number;
	/** Steps between two recorded attention maps; 0 = never. */
	probeEvery: number;
}

/** Largest number of runs (methods × seeds). */
export const MAX_RUNS = 50;
export const MAX_SEED = 0xffffffff;

// biome-ignore format: a table of short lines
export const COMMON_FIELDS = {
	methods: {
		kind: 'methods', default: ['vanilla', 'resformer', 'svformer'],
		label: 'Methods', unit: '', group: 'methods',
		affects: ['model'], forkable: true,
		help: 'The methods to compare, such as vanilla, resformer:learnable or svformer+gqa:2.',
	},

	layers: {
		...whole, default: 4, min: 1, max: 32,
		label: 'Layers', group: 'model',
		affects: ['model'], main: true, config: 'num_hidden_layers',
		help: 'Transformer blocks. Value residuals act from the second on.',
	},
	heads: {
		...whole, default: 4, min: 1, max: 64,
		label: 'Heads', group: 'model',
		affects: ['model'], main: true, config: 'num_attention_heads',
		help: 'Attention heads; must divide the hidden size into even head sizes.',
	},
	kvHeads: {
		...whole, default: null, min: 1, max: 64, whenNull: 'as many as heads',
		label: 'KV heads', group: 'model',
		affects: ['model'], main: true, config: 'num_key_value_heads',
		help: 'Key-value heads (GQA): groups of query heads share one. Empty: as many as heads.',
	},
	hiddenSize: {
		...whole, default: 64, min: 2, max: 4096,
		label: 'Hidden size', unit: 'channels', group: 'model',
		affects: ['model'], main: true, config: 'hidden_size',
		help: 'Width of the residual stream.',
	},
	intermediateSize: {
		...whole, default: 192, min: 1, max: 16384,
		label: 'Intermediate size', unit: 'channels', group: 'model',
		affects: ['model'], main: true, config: 'intermediate_size',
		help: 'Width inside the SwiGLU block.',
	},
	sequenceLength: {
		...whole, default: 64, min: 2, max: 2048,
		label: 'Sequence length', unit: 'tokens', group: 'model',
		affects: ['task', 'model'], main: true, config: 'max_position_embeddings',
		help: 'Tokens in a training sequence: how far attention can look back.',
	},
	tieWordEmbeddings: {
		kind: 'flag', default: false,
		label: 'Tie embeddings', unit: '', group: 'model',
		affects: ['model'], config: 'tie_word_embeddings',
		help: 'The output head reuses the embedding matrix.',
	},
	ropeTheta: {
		...real, default: 10000, min: 1, max: 10_000_000,
		label: 'RoPE θ', group: 'model',
		affects: ['model'], config: 'rope_theta',
		help: 'Base of the rotary wavelengths.',
	},
	rmsNormEps: {
		...real, default: 1e-5, min: 1e-10, max: 0.1,
		label: 'RMSNorm ε', group: 'model',
		affects: ['model'], config: 'rms_norm_eps',
		help: 'Added to the mean square before the square root.',
	},

	batchSize: {
		...whole, default: 16, min: 1, max: 1024,
		label: 'Batch size', unit: 'sequences', group: 'training',
		affects: ['batches'], forkable: true, main: true,
		help: 'Sequences in one step.',
	},
	microBatches: {
		...whole, default: 1, min: 1, max: 1024,
		label: 'Micro-batches', group: 'training',
		affects: ['memory'],
		help: 'Equal parts in which a batch is computed, one after the other. Each update stays the same; more parts take less memory and more time.',
	},
	recompute: {
		kind: 'flag', default: false,
		label: 'Recompute activations', unit: '', group: 'training',
		affects: ['memory'],
		help: 'Keeps only what passes from layer to layer, and computes the rest of a layer again for its gradients. All numbers stay the same; a step takes less memory and about a quarter more arithmetic.',
	},
	precision: {
		kind: 'choice', choices: PRECISIONS, default: 'float32' as Precision,
		label: 'Precision', unit: '', group: 'training',
		affects: ['memory'],
		help: 'How a training step stores activations and the weights that it reads. Sums, trained weights and measurements stay in float32. float16 needs a GPU with shader-f16.',
	},
	steps: {
		...whole, default: 400, min: 1, max: 1_000_000,
		label: 'Steps', unit: 'steps', group: 'training',
		affects: ['training'], forkable: true, main: true, config: 'steps',
		help: 'Updates of the weights; the schedule of the learning rate spans all of them.',
	},
	learningRate: {
		...real, default: 3e-3, min: 1e-7, max: 1,
		label: 'Learning rate', group: 'training',
		affects: ['training'], forkable: true, main: true, config: 'learning_rate',
		help: 'The highest learning rate, reached after warm-up.',
	},
	endLearningRate: {
		...real, default: null, min: 0, max: 1, whenNull: 'a tenth of the learning rate', atMost: 'learningRate',
		label: 'End learning rate', group: 'training',
		affects: ['training'], forkable: true, config: 'end_learning_rate',
		help: 'Learning rate at the end of the cosine schedule. Empty: a tenth of the learning rate.',
		usedIf: ({ schedule }: CommonFields) => schedule !== 'constant',
	},
	warmupSteps: {
		...whole, default: 40, min: 0, max: 1_000_000, atMost: 'steps',
		label: 'Warm-up', unit: 'steps', group: 'training',
		affects: ['training'], forkable: true, config: 'warmup_steps',
		help: 'Steps over which the learning rate rises to its peak.',
	},
	schedule: {
		kind: 'choice', choices: SCHEDULES, default: 'cosine' as Schedule,
		label: 'Schedule', unit: '', group: 'training',
		affects: ['training'], forkable: true, config: 'schedule',
		help: 'How the learning rate falls after warm-up.',
	},
	optimizer: {
		kind: 'choice', choices: OPTIMIZERS, choiceLabels: OPTIMIZER_LABELS, default: 'adamw' as OptimizerName,
		label: 'Optimiser', unit: '', group: 'training',
		affects: ['training'], forkable: true, config: 'optimizer',
		help: 'How gradients become updates. Muon updates the hidden matrices, and AdamW all other parameters.',
	},
	momentum: {
		...real, default: 0.9, min: 0, max: 0.99999,
		label: 'Momentum', group: 'training', optimizers: ['sgd'],
		affects: ['training'], forkable: true, config: 'momentum',
		help: "Part of SGD's last update that the next one repeats.",
	},
	muonLearningRate: {
		...real, default: 0.02, min: 1e-7, max: 1,
		label: 'Muon learning rate', group: 'training', optimizers: ['muon'],
		affects: ['training'], forkable: true, config: 'muon_learning_rate',
		help: 'The highest one of the hidden matrices; it rises and falls with the learning rate.',
	},
	muonMomentum: {
		...real, default: 0.95, min: 0, max: 0.99999,
		label: 'Muon momentum', group: 'training', optimizers: ['muon'],
		affects: ['training'], forkable: true, config: 'muon_momentum',
		help: "Decay of Muon's mean of gradients.",
	},
	weightDecay: {
		...real, default: 0.1, min: 0, max: 10,
		label: 'Weight decay', group: 'training',
		affects: ['training'], forkable: true, config: 'weight_decay',
		help: 'Decoupled (AdamW), on matrices and embeddings.',
	},
	beta1: {
		...real, default: 0.9, min: 0, max: 0.9999,
		label: 'β₁', group: 'training', optimizers: ['adamw', 'muon'],
		affects: ['training'], forkable: true, config: 'betas',
		help: "Decay of AdamW's mean of gradients.",
	},
	beta2: {
		...real, default: 0.95, min: 0, max: 0.99999,
		label: 'β₂', group: 'training', optimizers: ['adamw', 'muon'],
		affects: ['training'], forkable: true, config: 'betas',
		help: "Decay of AdamW's mean of squared gradients.",
	},
	epsilon: {
		...real, default: 1e-8, min: 1e-12, max: 0.1,
		label: 'ε', group: 'training', optimizers: ['adamw', 'muon'],
		affects: ['training'], forkable: true, config: 'eps',
		help: "Added to the root of AdamW's second moment.",
	},
	clip: {
		...real, default: 1, min: 0, max: 1_000_000,
		label: 'Gradient clip', group: 'training',
		affects: ['training'], forkable: true, config: 'clip',
		help: 'Largest global gradient norm; 0 turns clipping off.',
	},
	seeds: {
		kind: 'seeds', default: [1],
		label: 'Seeds', unit: '', group: 'training',
		affects: ['training'], forkable: true, main: true,
		help: 'Each method trains once per seed; methods of one seed share weights and batches.',
	},

	validateEvery: {
		...whole, default: 50, min: 0, max: 1_000_000,
		label: 'Validate every', unit: 'steps', group: 'probe',
		affects: ['probe'],
		help: 'Steps between two validation losses. 0: only at the end.',
	},
	validationBatches: {
		...whole, default: 8, min: 1, max: 1000,
		label: 'Validation batches', unit: 'batches', group: 'probe',
		affects: ['probe'],
		help: 'Batches of held-out data in each validation loss.',
	},
	probeEvery: {
		...whole, default: 20, min: 0, max: 1_000_000,
		label: 'Probe every', unit: 'steps', group: 'probe',
		affects: ['probe'],
		help: 'Steps between two recorded attention maps. 0: never.',
	},
} satisfies { readonly [Name in keyof CommonFields]: FieldFor<CommonFields[Name]> };
