import * as v from 'valibot';
import { FIELDS } from '../experiment/fields';
import { OPTIMIZERS, type OptimizerName } from '../experiment/optimizers';
import { SCHEDULES, type Schedule } from '../experiment/types';
import { count, isObject, type Json, number, oneOf, readFields, refuseField } from './fields';
import { CheckpointError } from './safetensors';

/** Settings of training with which a replay continues: the `training` part of config.json. */
export interface TrainingConfig {
	steps: number;
	learningRate: number;
	endLearningRate: number;
	warmupSteps: number;
	schedule: Schedule;
	weightDecay: number;
	beta1: number;
	beta2: number;
	epsilon: number;
	/** 0 = off. */
	clip: number;
	optimizer: OptimizerName;
	/** SGD's. */
	momentum: number;
	/** Peak rate of the hidden matrices. */
	muonLearningRate: number;
	muonMomentum: number;
}

const belowOne = (rule: string) => v.pipe(v.number(rule), v.minValue(0, rule), v.ltValue(1, rule));
const BETAS = 'two numbers from 0 to below 1';
const momentum = () => belowOne('a number from 0 to below 1');

const ENTRIES = {
	betas: v.nullish(v.pipe(v.array(belowOne(BETAS), BETAS), v.length(2, BETAS)), [FIELDS.beta1.default, FIELDS.beta2.default]),
	learning_rate: number({ least: 0 }),
	steps: count(),
	end_learning_rate: v.nullish(number({ least: 0 })),
	warmup_steps: v.nullish(count(0), 0),
	schedule: v.nullish(oneOf(SCHEDULES), FIELDS.schedule.default),
	weight_decay: v.nullish(number({ least: 0 }), FIELDS.weightDecay.default),
	eps: v.nullish(number({ least: 0 }), FIELDS.epsilon.default),
	clip: v.nullish(number({ least: 0 }), FIELDS.clip.default),
	optimizer: v.nullish(oneOf(OPTIMIZERS), FIELDS.optimizer.default),
	momentum: v.nullish(momentum(), FIELDS.momentum.default),
	muon_learning_rate: v.nullish(number({ least: 0 }), FIELDS.muonLearningRate.default),
	muon_momentum: v.nullish(momentum(), FIELDS.muonMomentum.default),
};

/** @throws CheckpointError naming the field */
export function readTraining(json: unknown, file: string): TrainingConfig {
	if (!isObject(json)) throw new CheckpointError(`${file}: \`training\` must be an object`);
	const { betas, ...read } = readFields(ENTRIES, json, `${file}: training`);
	if (read.optimizer === 'muon' && read.learning_rate === 0)
		refuseField(json, `${file}: training`, 'learning_rate', 'above 0 with muon, whose own rate follows its schedule');
	return {
		steps: read.steps,
		learningRate: read.learning_rate,
		endLearningRate: read.end_learning_rate ?? read.learning_rate / 10,
		warmupSteps: read.warmup_steps,
		schedule: read.schedule,
		weightDecay: read.weight_decay,
		beta1: betas[0],
		beta2: betas[1],
		epsilon: read.eps,
		clip: read.clip,
		optimizer: read.optimizer,
		momentum: read.momentum,
		muonLearningRate: read.muon_learning_rate,
		muonMomentum: read.muon_momentum,
	};
}

/** The reverse of `readTraining`. Writes the optimiser and its own fields unless it is AdamW. */
export const writeTraining = (training: TrainingConfig): Json => ({
	steps: training.steps,
	learning_rate: training.learningRate,
	end_learning_rate: training.endLearningRate,
	warmup_steps: training.warmupSteps,
	schedule: training.schedule,
	weight_decay: training.weightDecay,
	betas: [training.beta1, training.beta2],
	eps: training.epsilon,
	clip: training.clip,
	...(training.optimizer === 'adamw' ? {} : { optimizer: training.optimizer }),
	...(training.optimizer === 'sgd' ? { momentum: training.momentum } : {}),
	...(training.optimizer === 'muon' ? { muon_learning_rate: training.muonLearningRate, muon_momentum: training.muonMomentum } : {}),
});
