import { experimentWith, PAPER, type Question } from './question';
import type { Quantity } from './statistic';
import type { Expectation } from './verdict';

/** Attention of non-triggers to the first token in one layer. */
const sinkOf = (layer: Quantity['layer']): Quantity => ({ measure: 'sinkAttention', layer });
const PEAK: Quantity = { measure: 'peak', layer: 'highest' };

const difference = (text: string, of: Quantity, method: string, holds: Expectation['holds'], minus = 'vanilla'): Expectation => ({
	text,
	statistic: { kind: 'difference', of, method, minus },
	holds,
});
const LESS: Expectation['holds'] = { below: 0 };

const CLAIM = {
	text: 'ResFormer and SVFormer weaken attention sinks, the drained values below them, and the peaks of the residual stream.',
	source: `${PAPER}, Fig. 2 and 19`,
};
const BACKCOPY = { task: 'backcopy', layers: 2, heads: 1, warmupSteps: 60, schedule: 'constant', seeds: [1, 2, 3, 4, 5] } as const;
const TOY_SINK =
	'The sink of this task sits in layer 1, which every value method leaves as it is. The paper’s sinks sit in deep layers of models of 82M parameters and more.';

const sink: Question = {
	name: 'sink',
	title: 'What stops a sink',
	question: 'What stops an attention sink?',
	claim: CLAIM,
	prediction:
		'A gate on the output of attention removes the sink of layer 1, and so does a sink logit. Values from layer 1 do not, since layer 1 has no earlier values to read.',
	refutedBy:
		'A gate or a sink logit that leaves the sink in place, or a ResFormer or SVFormer with a smaller sink in layer 1 over all seeds.',
	limits: TOY_SINK,
	watch:
		'Tokens that have nothing to look for attend to <s>, the first token. Watch its column fill in layer 1 of Vanilla, and stay empty with a gate or a sink logit.',
	shows: 'attention',
	reports: [{ measure: 'sinkAttention', layers: 'all' }],
	expectations: [
		{
			text: 'Vanilla has a sink: more than half of the attention of layer 1 goes to the first token.',
			statistic: { kind: 'level', of: sinkOf(1), method: 'vanilla' },
			holds: { above: 0.5 },
		},
		difference('A gate per head lowers it.', sinkOf(1), 'gate:head', LESS),
		difference('A learned sink logit lowers it.', sinkOf(1), 'sink:learned', LESS),
		difference('ResFormer does not lower it in layer 1.', sinkOf(1), 'resformer', { unless: 'below' }),
		difference('SVFormer does not lower it in layer 1.', sinkOf(1), 'svformer', { unless: 'below' }),
	],
	basis: 'prediction',
	recorded: true,
	experiment: experimentWith({
		...BACKCOPY,
		steps: 600,
		learningRate: 1e-2,
		methods: ['vanilla', 'resformer', 'svformer', 'gate:head', 'sink:learned'],
		seeds: [1, 2, 3, 4, 5],
	}),
};

const backcopy: Question = {
	name: 'backcopy',
	title: 'Value residuals against a sink',
	question: 'Does the first layer’s value stop the attention sink?',
	claim: CLAIM,
	prediction: 'SVFormer gives the first token less attention in both layers. ResFormer does in layer 2 at most.',
	refutedBy: 'An SVFormer with as much attention to the first token as Vanilla, or a ResFormer with less of it in layer 1.',
	limits: TOY_SINK,
	watch: 'At a lower learning rate the sink grows more slowly. Compare how much attention <s> gets in each layer.',
	shows: 'attention',
	reports: [{ measure: 'sinkAttention', layers: 'all' }],
	expectations: [
		difference('SVFormer has a smaller sink in layer 1.', sinkOf(1), 'svformer', LESS),
		difference('SVFormer has a smaller sink in layer 2.', sinkOf(2), 'svformer', LESS),
		difference('ResFormer does not lower it in layer 1.', sinkOf(1), 'resformer', { unless: 'below' }),
	],
	basis: 'prediction',
	recorded: true,
	experiment: experimentWith({
		...BACKCOPY,
		steps: 900,
		learningRate: 5e-3,
		methods: ['vanilla', 'resformer', 'svformer'],
		seeds: [1, 2, 3, 4, 5],
	}),
};

const sinkLetters: Question = {
	name: 'sink-letters',
	title: 'A sink in layer 2',
	question: 'Do value residuals stop a sink in layer 2?',
	claim: CLAIM,
	prediction:
		'With letters as triggers the sink moves to layer 2. About half of Vanilla’s seeds have it, and none of ResFormer’s and SVFormer’s.',
	refutedBy: 'A ResFormer or SVFormer with as much attention to the first token in layer 2 as Vanilla.',
	limits:
		'Two layers: layer 2 is the only one that reads the values of layer 1. Seeds either have the sink or do not, so means hide more than counts.',
	watch: 'Watch layer 2: in some seeds of Vanilla the column of <s> fills.',
	shows: 'attention',
	reports: [{ measure: 'sinkAttention', layers: 'all' }],
	expectations: [
		difference('ResFormer has a smaller sink in layer 2.', sinkOf(2), 'resformer', LESS),
		difference('SVFormer has a smaller sink in layer 2.', sinkOf(2), 'svformer', LESS),
	],
	basis: 'paper',
	recorded: true,
	experiment: experimentWith({
		...BACKCOPY,
		triggers: 3,
		triggerCharacters: 'eta',
		steps: 600,
		learningRate: 1e-2,
		weightDecay: 0,
		methods: ['vanilla', 'resformer', 'svformer'],
		seeds: [1, 2, 3, 4, 5, 6, 7, 8],
	}),
};

const mustSink = (method: string, name: string): Expectation => ({
	text: `${name} sinks: over 90 % of the attention of other positions goes to BOS.`,
	statistic: { kind: 'level', of: sinkOf(1), method },
	holds: { above: 0.9 },
});

const provableSink: Question = {
	name: 'provable-sink',
	title: 'A sink that softmax must have',
	question: 'Must softmax attention have a sink?',
	claim: {
		text: 'On a task that asks for nothing at most positions, softmax attention must sink. ReLU attention need not.',
		source: 'arXiv 2603.11487',
	},
	prediction: 'All three methods sink within 300 steps, also those with a gate or a sink logit, since the task can be solved that way.',
	refutedBy: 'A method that solves the task with little attention to BOS.',
	limits: 'One layer on synthetic vectors. It shows that a sink can be the right answer, and says nothing about value residuals.',
	watch: 'At a trigger the model must average what came before, and answer 0 everywhere else. Watch the other positions turn to BOS.',
	shows: 'attention',
	reports: [{ measure: 'sinkAttention', layers: 'all' }, { measure: 'triggerError' }],
	expectations: [
		mustSink('vanilla', 'Vanilla'),
		mustSink('gate:head', 'A model with a gate'),
		mustSink('sink:learned', 'A model with a sink logit'),
	],
	basis: 'prediction',
	recorded: true,
	experiment: experimentWith({
		task: 'trigger-conditional',
		layers: 1,
		heads: 1,
		sequenceLength: 16,
		batchSize: 64,
		steps: 300,
		methods: ['vanilla', 'gate:head', 'sink:learned'],
		seeds: [1, 2, 3, 4, 5],
	}),
};

const optimizer: Question = {
	name: 'optimizer',
	title: 'The optimiser and the sink',
	question: 'Does the optimiser make the sink?',
	claim: { text: 'Training with SGD removes the peaks of the residual stream, but not the sinks.', source: 'arXiv 2410.13835, Fig. 7c' },
	prediction: 'SGD has the sink of layer 1 without the residual peak. Muon has both.',
	refutedBy: 'No sink with SGD, or a residual peak as high as AdamW’s.',
	limits: 'One learning rate for each optimiser. A sink that SGD does not reach in 600 steps could still come later.',
	watch: 'Compare the attention to <s> and the residual peak of the three optimisers.',
	shows: 'sweep',
	reports: [
		{ measure: 'sinkAttention', layers: 'all' },
		{ measure: 'peak', layers: 'all' },
	],
	expectations: [
		{
			text: 'SGD has a sink: more than half of the attention of layer 1 goes to the first token.',
			statistic: { kind: 'level', of: sinkOf(1), method: 'vanilla', point: 1 },
			holds: { above: 0.5 },
		},
		{
			text: 'SGD has a smaller residual peak than AdamW, each in the layer where it is largest.',
			statistic: { kind: 'difference', of: PEAK, method: 'vanilla', minus: 'vanilla', point: 1, minusPoint: 0 },
			holds: LESS,
		},
		{
			text: 'Muon has a sink.',
			statistic: { kind: 'level', of: sinkOf(1), method: 'vanilla', point: 2 },
			holds: { above: 0.5 },
		},
	],
	basis: 'prediction',
	recorded: true,
	experiment: experimentWith({
		...BACKCOPY,
		steps: 600,
		learningRate: 1e-2,
		methods: ['vanilla'],
		seeds: [1, 2, 3, 4, 5],
		sweep: [{ optimizer: 'adamw' }, { optimizer: 'sgd', learningRate: 0.1 }, { optimizer: 'muon' }],
	}),
};

const depthSink: Question = {
	name: 'depth-sink',
	title: 'Sinks in deeper layers',
	question: 'Do value residuals calm the deeper layers?',
	claim: CLAIM,
	prediction: 'The residual peak falls with ResFormer and SVFormer. In ResFormer the sink of a deep layer often moves to layer 1.',
	refutedBy: 'Residual peaks as high as Vanilla’s.',
	limits:
		'The task is a passage that is shown twice, on which the layer that copies has nothing to do in the first half. Plain text at this size has no sink.',
	watch: 'Each sequence shows 32 characters twice. Watch layers 2 to 4 turn to <s> in the first half.',
	shows: 'attention',
	reports: [{ measure: 'peak', layers: 'all' }, { measure: 'sinkAttention', layers: 'all' }, { measure: 'validationLoss' }],
	expectations: [
		difference('ResFormer has a lower residual peak, each in the layer where it is largest.', PEAK, 'resformer', LESS),
		difference('SVFormer has a lower residual peak, each in the layer where it is largest.', PEAK, 'svformer', LESS),
		difference('ResFormer has smaller sinks in layers 2 to 4.', sinkOf('deep'), 'resformer', LESS),
	],
	basis: 'paper',
	recorded: true,
	experiment: experimentWith({
		task: 'induction',
		passage: 'book',
		layers: 4,
		heads: 1,
		learningRate: 1e-2,
		schedule: 'constant',
		warmupSteps: 60,
		steps: 400,
		methods: ['vanilla', 'resformer', 'svformer', 'sink:learned'],
		seeds: [1, 2, 3, 4, 5, 6, 7, 8],
	}),
};

const depth: Question = {
	name: 'depth',
	title: 'Attention by depth',
	question: 'Where does attention concentrate in plain text?',
	claim: {
		text: 'Attention concentrates with depth in a plain transformer. With ResFormer it stays more even.',
		source: `${PAPER}, Fig. 1`,
	},
	prediction: 'Little of it at 64 tokens, and no sink.',
	refutedBy: 'Entropy that does not fall with depth in Vanilla, or is not higher in ResFormer’s deeper layers.',
	limits: 'Six layers and 64 tokens. The paper has 24 layers and 2,048 tokens.',
	watch: 'Compare the entropy of token importance by layer. The dashed line is uniform attention.',
	shows: 'layers',
	reports: [
		{ measure: 'entropy', layers: 'all' },
		{ measure: 'sinkAttention', layers: 'deep' },
	],
	expectations: [
		{
			text: 'In Vanilla, entropy falls from layer to layer.',
			statistic: { kind: 'layerTrend', measure: 'entropy', method: 'vanilla', fromLayer: 1 },
			holds: LESS,
		},
		difference('ResFormer has a higher entropy in layers 2 to 6.', { measure: 'entropy', layer: 'deep' }, 'resformer', { above: 0 }),
	],
	basis: 'paper',
	recorded: true,
	experiment: experimentWith({ task: 'text', layers: 6, heads: 2, methods: ['vanilla', 'resformer', 'svformer'], seeds: [1, 2, 3] }),
};

/** Questions about sinks, drained values and the layers that have them. */
export const SINK_QUESTIONS = { sink, backcopy, sinkLetters, provableSink, optimizer, depthSink, depth };
