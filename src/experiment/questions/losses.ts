import { fixedTokensPerBatch, oneLayerAtATime } from '../sweepBuilders';
import { canonical, experimentWith, PAPER, type Question } from './question';
import type { Quantity } from './statistic';
import type { Expectation } from './verdict';

const LOSS: Quantity = { measure: 'validationLoss' };
const SEEDS = [1, 2, 3];
const LOWER: Expectation['holds'] = { below: 0 };

const lossDifference = (text: string, method: string, holds: Expectation['holds'] = LOWER, minus = 'vanilla'): Expectation => ({
	text,
	statistic: { kind: 'difference', of: LOSS, method, minus },
	holds,
});

const SMALL_TEXT =
	'Models of 200,000 to 450,000 parameters, on one book. The paper’s models have 82M to 468M parameters and read billions of tokens.';

const learning: Question = {
	name: 'default',
	title: 'Learning text',
	question: 'Do models with value residuals learn text faster?',
	claim: {
		text: 'ResFormer reaches a lower loss than a plain transformer: 2.712 against 2.739 at 82M parameters.',
		source: `${PAPER} v1, Fig. 7`,
	},
	prediction: 'Small gains. SVFormer starts ahead, and its lead melts.',
	refutedBy: 'A validation loss of ResFormer at or above Vanilla’s.',
	limits: SMALL_TEXT,
	watch: 'Every method reads the same characters of Moby-Dick in the same order. Watch the difference from Vanilla.',
	shows: 'loss',
	reports: [{ measure: 'validationLoss' }],
	expectations: [lossDifference('ResFormer has a lower validation loss than Vanilla.', 'resformer')],
	basis: 'paper',
	recorded: true,
	experiment: experimentWith({ task: 'text', seeds: SEEDS }),
};

const LENGTHS = [32, 64, 128, 256];

const sequenceLength: Question = {
	name: 'sequence-length',
	title: 'Sequence length',
	question: 'When does Vanilla pass SVFormer?',
	claim: {
		text: 'SVFormer starts ahead, and the plain transformer passes it later. The longer the sequences, the later.',
		source: `${PAPER}, sections 4.6 and 4.7, Fig. 14 and 15`,
	},
	prediction:
		'Vanilla passes later with longer sequences, or not within 300 steps. So SVFormer’s difference at the end falls with the length.',
	refutedBy: 'A difference that does not depend on the length, or grows with it.',
	limits: `${SMALL_TEXT} Its sequences are 512 to 64,000 tokens long.`,
	watch: 'Each batch has 1,024 tokens, in sequences of 32 to 256. Compare SVFormer’s difference from Vanilla.',
	shows: 'sweep',
	reports: [{ measure: 'validationLoss' }],
	expectations: [
		{
			text: 'SVFormer’s difference from Vanilla falls with the length.',
			statistic: {
				kind: 'trend',
				of: LOSS,
				method: 'svformer',
				minus: 'vanilla',
				x: LENGTHS.map(Math.log2),
				per: 'doubling of the length',
			},
			holds: LOWER,
		},
	],
	basis: 'paper',
	recorded: true,
	experiment: experimentWith({
		task: 'text',
		steps: 300,
		methods: ['vanilla', 'svformer'],
		seeds: SEEDS,
		sweep: fixedTokensPerBatch(LENGTHS, 1024),
	}),
};

/** Points with a tenth of their steps as warm-up. The first two have one sum of learning rates, the last two half of it. */
const RATES = [
	[2e-3, 600],
	[3e-3, 400],
	[1e-3, 600],
	[4e-3, 150],
].map(([learningRate, steps]) => ({ learningRate, steps, warmupSteps: steps / 10 }));

const equalAt = (text: string, from: number, to: number): Expectation => ({
	text,
	statistic: { kind: 'change', of: LOSS, method: 'svformer', minus: 'vanilla', from, to },
	holds: { unless: 'either' },
});

const summedRate: Question = {
	name: 'summed-rate',
	title: 'Summed learning rate',
	question: 'Does the summed learning rate decide when Vanilla passes SVFormer?',
	claim: { text: 'The smaller the sum of the learning rates so far, the longer SVFormer stays ahead.', source: `${PAPER}, section 4.7` },
	prediction: 'At equal sums the differences are equal, whatever the number of steps. At half the sum, SVFormer’s lead is larger.',
	refutedBy: 'Equal sums with different differences, or a larger lead at the larger sum.',
	limits: `${SMALL_TEXT} Two sums, 0.66 and 0.33.`,
	watch: 'Four pairs of peak rate and steps: two with one sum, two with half of it. Compare SVFormer’s difference over the sum.',
	shows: 'sweep',
	reports: [{ measure: 'validationLoss' }],
	expectations: [
		{
			text: 'SVFormer’s difference is higher after the larger sum (3e-3 for 400 steps against 1e-3 for 600).',
			statistic: { kind: 'change', of: LOSS, method: 'svformer', minus: 'vanilla', from: 2, to: 1 },
			holds: { above: 0 },
		},
		equalAt('The difference after 600 steps at 2e-3 is that after 400 at 3e-3.', 0, 1),
		equalAt('The difference after 600 steps at 1e-3 is that after 150 at 4e-3.', 2, 3),
	],
	basis: 'paper',
	recorded: true,
	experiment: experimentWith({ task: 'text', methods: ['vanilla', 'svformer'], seeds: SEEDS, sweep: RATES }),
};

const cache: Question = {
	name: 'cache',
	title: 'Cache against loss',
	question: 'How much loss does a smaller cache cost?',
	claim: { text: 'With half the KV cache, SVFormer loses to GQA at 2,048 tokens. It wins at 64,000.', source: `${PAPER}, Fig. 13` },
	prediction: 'At 64 tokens SVFormer has a higher loss than GQA with the same cache.',
	refutedBy: 'An SVFormer at or below the loss of GQA with half the KV heads.',
	limits: SMALL_TEXT,
	watch: 'Compare validation loss and KV bytes per token: lower and further left is better.',
	shows: 'loss',
	reports: [{ measure: 'validationLoss' }],
	expectations: [lossDifference('SVFormer has a higher loss than GQA with half the KV heads.', 'svformer', { above: 0 }, 'gqa:4')],
	basis: 'paper',
	recorded: true,
	experiment: experimentWith({
		task: 'text',
		layers: 8,
		heads: 8,
		methods: ['vanilla', 'gqa:4', 'gqa:2', 'cla:2', 'svformer', canonical('svformer+gqa:4'), 'skipv1'],
		seeds: SEEDS,
	}),
};

const OTHER_RESIDUALS = [
	['query-residual', 'A query residual'],
	['key-residual', 'A key residual'],
	['attention-residual', 'An attention residual'],
	['hidden-residual', 'A hidden residual'],
] as const;

const residuals: Question = {
	name: 'residuals',
	title: 'Is it the value?',
	question: 'Is it the value that helps?',
	claim: {
		text: 'Of residuals from layer 1 to query, key, value, attention and hidden state, only the value’s lowers the loss.',
		source: `${PAPER}, Fig. 9`,
	},
	prediction: 'Only the value helps.',
	refutedBy: 'Another residual with a lower loss than Vanilla, or none for the value.',
	limits: SMALL_TEXT,
	watch: 'One residual from layer 1 in each method. Compare their validation losses with Vanilla’s.',
	shows: 'loss',
	reports: [{ measure: 'validationLoss' }],
	expectations: [
		lossDifference('The value residual lowers the loss.', 'resformer'),
		...OTHER_RESIDUALS.map(([method, label]) => lossDifference(`${label} does not lower it.`, method, { unless: 'below' })),
	],
	basis: 'paper',
	recorded: true,
	experiment: experimentWith({
		task: 'text',
		methods: ['vanilla', 'resformer', ...OTHER_RESIDUALS.map(([method]) => method)],
		seeds: SEEDS,
	}),
};

const LAYERS = 6;
const LAYER_POINTS = oneLayerAtATime({ layers: LAYERS });

const layer: Question = {
	name: 'layer',
	title: 'Which layer needs it',
	question: 'Which layer needs the first layer’s values?',
	claim: { text: 'A value residual in a late layer alone gives most of the gain.', source: `${PAPER}, Fig. 11` },
	prediction: 'The later the layer, the lower the loss.',
	refutedBy: 'No trend over the layers, or the lowest loss in an early one.',
	limits: SMALL_TEXT,
	watch: 'Each point lets one layer alone read the values of layer 1. Compare their validation losses.',
	shows: 'sweep',
	reports: [{ measure: 'validationLoss' }],
	expectations: [
		{
			text: 'The difference from Vanilla falls with the layer.',
			statistic: {
				kind: 'methodTrend',
				of: LOSS,
				minus: 'vanilla',
				per: 'layer',
				methods: LAYER_POINTS.map(({ methods }, point) => ({ method: methods?.[1] ?? '', point, x: point + 2 })),
			},
			holds: LOWER,
		},
	],
	basis: 'paper',
	recorded: true,
	experiment: experimentWith({ task: 'text', layers: LAYERS, seeds: SEEDS, sweep: LAYER_POINTS }),
};

const LAMBDAS = [0.2, 0.5, 1, 2, 5];
const withLambda = (value: number) => canonical(`resformer:constant(${value};1)`);

const lambda: Question = {
	name: 'lambda',
	title: 'How much of V₁',
	question: 'How much of the first layer’s values is best?',
	claim: { text: 'With V′ = λ V₁ + V, a λ of about 2 gives the lowest loss.', source: `${PAPER}, Fig. 8` },
	prediction: 'The best λ lies between 1 and 3.',
	refutedBy: 'A best λ outside of 1 to 3.',
	limits: SMALL_TEXT,
	watch: 'Five weights of the first layer’s values. Compare the validation losses.',
	shows: 'loss',
	reports: [{ measure: 'validationLoss' }],
	expectations: [
		{
			text: 'The best λ lies between 1 and 3.',
			statistic: { kind: 'best', of: LOSS, methods: LAMBDAS.map((x) => ({ method: withLambda(x), x })) },
			holds: { within: [1, 3] },
		},
	],
	basis: 'paper',
	recorded: true,
	experiment: experimentWith({ task: 'text', methods: ['vanilla', ...LAMBDAS.map(withLambda)], seeds: SEEDS }),
};

const learnedLambda: Question = {
	name: 'learned-lambda',
	title: 'What a model chooses',
	question: 'How much of the first layer’s values does a model choose?',
	claim: { text: 'Learned λ₁ grow with depth.', source: `${PAPER}, section on learnable λ` },
	prediction: 'The learned λ₁ grows from layer 2 to layer 6.',
	refutedBy: 'A learned λ₁ that does not grow with depth.',
	limits: SMALL_TEXT,
	watch: 'The weight of the first layer’s values in each layer is λ₁. Watch it change from ½.',
	shows: 'layers',
	reports: [{ measure: 'λ₁', layers: 'deep' }, { measure: 'validationLoss' }],
	expectations: [
		{
			text: 'In ResFormer learnable, λ₁ grows with depth.',
			statistic: { kind: 'layerTrend', measure: 'λ₁', method: 'resformer:learnable', fromLayer: 2 },
			holds: { above: 0 },
		},
		{
			text: 'In ResFormer plus, λ₁ grows with depth.',
			statistic: { kind: 'layerTrend', measure: 'λ₁', method: 'resformer:plus', fromLayer: 2 },
			holds: { above: 0 },
		},
	],
	basis: 'paper',
	recorded: true,
	experiment: experimentWith({
		task: 'text',
		layers: LAYERS,
		methods: ['vanilla', 'resformer:learnable', 'resformer:plus'],
		seeds: SEEDS,
	}),
};

const rivals: Question = {
	name: 'rivals',
	title: 'Rivals',
	question: 'Do value residuals beat DenseFormer, NeuTRENO and value embeddings?',
	claim: { text: 'ResFormer is the best single method. With NeuTRENO added it is better still.', source: `${PAPER}, Fig. 7` },
	prediction: 'At this size NeuTRENO may lead. The claim needs ResFormer below the other single methods.',
	refutedBy: 'Another single method with a lower loss than ResFormer.',
	limits: SMALL_TEXT,
	watch: 'Six ways to pass on what earlier layers know. Compare their validation losses with Vanilla’s.',
	shows: 'loss',
	reports: [{ measure: 'validationLoss' }],
	expectations: [
		lossDifference('ResFormer has a lower loss than DenseFormer.', 'resformer', LOWER, 'denseformer'),
		lossDifference('ResFormer has a lower loss than NeuTRENO.', 'resformer', LOWER, 'neutreno'),
		lossDifference('NeuTRENO with ResFormer has a lower loss than ResFormer.', 'neutreno+resformer', LOWER, 'resformer'),
	],
	basis: 'paper',
	recorded: true,
	experiment: experimentWith({
		task: 'text',
		methods: ['vanilla', 'resformer', 'denseformer', 'neutreno', 'value-embedding', 'neutreno+resformer', canonical('gate:head+resformer')],
		seeds: SEEDS,
	}),
};

/** Questions about loss: under which conditions, at which cost, and against which rivals. */
export const LOSS_QUESTIONS = { learning, sequenceLength, summedRate, cache, residuals, layer, lambda, learnedLambda, rivals };
