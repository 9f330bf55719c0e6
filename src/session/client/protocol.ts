/**
 * What the page and the training worker say to each other. Commands go in, events come out; both are plain data.
 * Layers and heads count from 0 in this file, steps from 0: `step` is the number of the update the loss was taken before.
 */
import type { Intervention, LambdaEdit } from '../../experiment/intervention';
import type { AdapterDescription } from '../../experiment/records/adapter';
import type { ForwardPassResult } from '../../experiment/records/forwardPass';
import type { Frame } from '../../experiment/records/frame';
import type { Metrics } from '../../experiment/records/metrics';
import type { OpCheck } from '../../experiment/records/opCheck';
import type { RunInfo } from '../../experiment/records/run';
import type { Experiment, Problem } from '../../experiment/types';

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
	| { type: 'frame'; frame: Frame }
	| { type: 'looked'; id: number; look: ForwardPassResult }
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
	| { type: 'check'; done: number; total: number; row: OpCheck }
	| { type: 'checked'; rows: OpCheck[] }
	| { type: 'error'; message: string };
