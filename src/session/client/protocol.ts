/**
 * What the page and the training worker say to each other. Commands go in, events come out; both are plain data.
 * Layers and heads count from 0 in this file, steps from 0: `step` is the number of the update the loss was taken before.
 */
import type { Intervention, LambdaControl, LambdaEdit, NamedLambda } from '../../experiment/intervention';
import type { Experiment, Problem } from '../../experiment/types';

/** One model in training: a method with a seed. */
export interface RunInfo {
	id: string;
	method: string;
	/** What is compared: runs of a group differ by their seed alone. The method's name, or a name of its own for a fork. */
	group: string;
	/** The group in words: the method's label, and what a fork changed. */
	label: string;
	seed: number;
	/** What it trains: one method, one seed. Runs that were added or forked may differ from the others in more than these. */
	experiment: Experiment;
	/** Where it began as another run's copy: after how many updates, and what was changed. null: at the start. */
	fork: { from: string; step: number; change: Partial<Experiment> } | null;
	/** λ moved by hand while it trained, in order. */
	moved: { step: number; lambdas: NamedLambda[] }[];
	parameters: number;
	kvCacheBytesPerToken: number;
	/** GPU memory that the run holds, bytes. */
	gpuBytes: number;
}

/** What an experiment would cost, per method; `problems` instead where it can't run. */
export interface Estimate {
	methods: { method: string; label: string; parameters: number; kvCacheBytesPerToken: number; flopsPerToken: number; gpuBytes: number }[];
	/** All runs together, bytes. */
	gpuBytes: number;
	/** What all runs will take, roughly; null while the device's speed is not known. */
	seconds: number | null;
	vocabularySize: number;
	problems: Problem[];
}

export interface AdapterDescription {
	name: string;
	vendor: string;
	architecture: string;
	/** True for a software adapter, such as SwiftShader or lavapipe. */
	software: boolean;
	/** Which set of kernels the compiler chose for it. */
	kernels: string;
}

/** One op checked against its float64 reference on the visitor's adapter. */
export interface GpuCheckRow {
	op: string;
	cases: number;
	/** Largest |kernel − reference| / max(1, largest |reference| of that output), over all cases. */
	largestError: number;
	tolerance: number;
	passed: boolean;
	/** The case with the largest error, as shapes and attributes in words; or the GPU's message where a case failed. */
	worstCase: string;
}

export type Command =
	| { type: 'open' }
	| { type: 'estimate'; id: number; experiment: Experiment }
	/**
	 * Replaces whatever was training. With the files of a checkpoint (config.json, model.safetensors, vocabulary.json), runs
	 * of its method start from its weights; an experiment with no such run is an error.
	 * `paused` compiles, and takes the first probe, but doesn't step.
	 */
	| { type: 'start'; experiment: Experiment; paused: boolean; checkpoint?: NamedFile[] }
	/**
	 * More runs beside those that are there, with a task of the same kind of tokens or not; a run that is there already is
	 * not begun twice. They wait until there is room on the GPU, and are trained with the others.
	 */
	| { type: 'add'; experiment: Experiment }
	/** A copy of a run as it stands, with one thing changed (`forkProblems` of src/experiment/fork.ts says what may be). */
	| { type: 'fork'; run: string; change: Partial<Experiment> }
	/** Takes runs away; they can be restored until the next start or reset. */
	| { type: 'remove'; runs: string[] }
	| { type: 'restore'; runs: string[] }
	/** Training goes on with these λ: fixed ones are moved, learned ones go on from there. */
	| { type: 'setLambdas'; run: string; lambdas: LambdaEdit[] }
	/**
	 * One forward pass of a run as it stands, as it is and with an intervention. `text` null = the task's probe sequence,
	 * else the user's own, which must be of the run's tokens.
	 */
	| { type: 'look'; id: number; run: string; text: string | null; intervention: Intervention }
	| { type: 'pause' }
	| { type: 'resume' }
	/** One step of every run, then paused. */
	| { type: 'step' }
	/** Frees every run. */
	| { type: 'reset' }
	/** Lets a run write on from a prompt; a further `generate` ends the one before. `temperature` 0 = the likeliest token, `topK` 0 = all. */
	| { type: 'generate'; id: number; run: string; prompt: string; tokens: number; temperature: number; topK: number; seed: number }
	| { type: 'stopGenerating' }
	/** Asks for a run's checkpoint as it stands. */
	| { type: 'checkpoint'; id: number; run: string }
	| { type: 'checkGpu' };

/** A file's name and content. */
export interface NamedFile {
	name: string;
	bytes: Uint8Array<ArrayBuffer>;
}

export type SessionState = 'idle' | 'compiling' | 'running' | 'paused' | 'finished';

/** Attention of one probe sequence, every layer and head. */
export interface AttentionMaps {
	run: string;
	step: number;
	layers: number;
	heads: number;
	/** Tokens in the sequence, T. */
	length: number;
	/** What each token shows, T of them; a space is `␣`, a newline `⏎`. */
	tokens: string[];
	/** [layers, heads, T, T], row i = where token i looks, each row sums to 1, 0 above the diagonal. */
	probabilities: Float32Array;
}

/** What a probe saw of one sequence, every layer and head. */
export interface ProbeFrame extends AttentionMaps {
	/** ‖v_j‖ of the sequence, mean over KV heads, of Vₙ and of V′ₙ; and ‖h_j‖ at the block's output: [layers, T] each. */
	valueNorms: Float32Array;
	mixedNorms: Float32Array;
	hiddenNorms: Float32Array;
	/** Share of the probe's sequences in which the head has a sink on the first token, α₁ > 0.3: [layers, heads]. */
	sinkRates: Float32Array;
}

/** A forward pass of one sequence. */
export interface Reading {
	frame: ProbeFrame;
	/** Mean cross-entropy over `losses` that are numbers, nats. */
	loss: number;
	/** Cross-entropy of each position's next token [T], nats; NaN where the task asks for none. */
	losses: Float32Array;
	/** [T, V] */
	logits: Float32Array;
}

/** A run as it stands, without and with an intervention. */
export interface Look {
	run: string;
	step: number;
	untouched: Reading;
	/** null where the intervention changes nothing. */
	touched: Reading | null;
	/** λ of the run as they stand; empty where it mixes no values and could not. */
	controls: LambdaControl[];
	/** What each token of the vocabulary shows, V of them. */
	vocabulary: string[];
	/** The token after each position [T], −1 where the task asks for none. */
	targets: Int32Array;
}

/** Numbers of a run's task at a step, such as `validationLoss`, `triggerLoss`; per layer where the value is a list. */
export type Metrics = Record<string, number | number[]>;

export type Event =
	| { type: 'adapter'; adapter: AdapterDescription }
	/** WebGPU can't be had: why, and what to do. */
	| { type: 'unavailable'; reason: string; advice: string }
	| { type: 'estimate'; id: number; estimate: Estimate }
	| { type: 'state'; state: SessionState }
	| { type: 'compiling'; done: number; total: number; kernel: string }
	/** Every run there is, in the page's order. */
	| { type: 'runs'; runs: RunInfo[] }
	/** Consecutive steps of one run, from `first` on. `seconds` is the run's own time in training at each step. */
	| {
			type: 'steps';
			run: string;
			first: number;
			losses: Float32Array;
			gradNorms: Float32Array;
			learningRates: Float32Array;
			seconds: Float32Array;
			tokensPerSecond: number;
	  }
	| { type: 'metrics'; run: string; step: number; metrics: Metrics }
	/** A probe of a run, every `probeEvery` steps. */
	| { type: 'frame'; frame: ProbeFrame }
	| { type: 'looked'; id: number; look: Look }
	/** Why there is nothing to look at, such as a text with a character that the model doesn't know. */
	| { type: 'lookFailed'; id: number; message: string }
	/** The loss was no number at `step`: this run stopped, the others go on. */
	| { type: 'diverged'; run: string; step: number }
	| { type: 'finished'; run: string; steps: number; metrics: Metrics }
	/** The next piece of a generated text; `done` with the last, which may be empty. */
	| { type: 'generated'; id: number; text: string; done: boolean }
	/** Why nothing is written, such as a prompt with a character that the model doesn't know. */
	| { type: 'generationFailed'; id: number; message: string }
	/** The run's files after `step` updates: config.json, model.safetensors, the next batch and vocabulary.json. */
	| { type: 'checkpoint'; id: number; run: string; step: number; files: NamedFile[] }
	| { type: 'deviceLost'; message: string }
	/** Training goes on from each run's last checkpoint on a new device. */
	| { type: 'resumed'; steps: Record<string, number> }
	| { type: 'check'; done: number; total: number; row: GpuCheckRow }
	| { type: 'checked'; rows: GpuCheckRow[] }
	| { type: 'error'; message: string };
