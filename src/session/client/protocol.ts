/**
 * Messages between the page and the training worker. Commands go to the worker, events come back; both are plain data.
 * Layers, heads and steps count from 0. A loss at `step` was taken before update number `step`.
 */
import type { Intervention } from '../../experiment/interventions';
import type { LambdaEdit } from '../../experiment/interventions/lambdas';
import type { AdapterDescription } from '../../experiment/records/adapter';
import type { ForwardPassResult } from '../../experiment/records/forwardPass';
import type { Frame } from '../../experiment/records/frame';
import type { Metrics } from '../../experiment/records/metrics';
import type { OpCheck } from '../../experiment/records/opCheck';
import type { RunInfo } from '../../experiment/records/run';
import type { ProfileProgress, StepReport } from '../../experiment/records/stepReport';
import type { StoredName, StoredTraining, StoredWeights } from '../../experiment/records/stored';
import type { Experiment, Problem } from '../../experiment/types';

/** Cost of an experiment, per method. If it can't run, `problems` says why. */
export interface Estimate {
	methods: { method: string; label: string; parameters: number; kvCacheBytesPerToken: number; flopsPerToken: number; gpuBytes: number }[];
	/** All runs together, bytes. */
	gpuBytes: number;
	/** Time that all runs will take, roughly; null until the device's speed is known. */
	seconds: number | null;
	vocabularySize: number;
	problems: Problem[];
}

/** A file's name and content. */
export interface NamedFile {
	name: string;
	bytes: Uint8Array<ArrayBuffer>;
}

/** A run's files after `step` updates, as `checkpointFiles` makes them. */
export interface Checkpoint {
	step: number;
	files: NamedFile[];
}

/** Commands that are answered: their arguments, what they may report before the answer, and the answer. */
export interface RequestTypes {
	/** The cost of an experiment. Reports a first estimate without a time if the device's speed has to be measured. */
	estimate: { arguments: { experiment: Experiment }; progress: Estimate; answer: Estimate };
	/**
	 * One forward pass of a run at its present step, without and with an intervention. `text` null = the task's probe
	 * sequence, else the user's own text in the run's tokens.
	 */
	forwardPass: { arguments: { run: string; text: string | null; intervention: Intervention }; progress: never; answer: ForwardPassResult };
	/**
	 * A continuation of a prompt, reported piece by piece. A further one stops the one before. `temperature` 0 = the
	 * likeliest token, `topK` 0 = all.
	 */
	generate: {
		arguments: { run: string; prompt: string; tokens: number; temperature: number; topK: number; seed: number };
		progress: string;
		answer: null;
	};
	/** A run's checkpoint at its present step. */
	checkpoint: { arguments: { run: string }; progress: never; answer: Checkpoint };
	/** The experiment that trains a checkpoint's model, from its config.json: `form` with its method, sizes and training. */
	checkpointExperiment: { arguments: { files: NamedFile[]; form: Experiment }; progress: never; answer: Experiment };
	/** Replaces whatever was training with a stored training, `paused`: without a step. If it can't be continued, the present runs stay. */
	continue: { arguments: { stored: StoredTraining; paused?: boolean }; progress: never; answer: null };
	/**
	 * A PyTorch project's files by path, of some runs by id and experiment. Unless they are `present`, they are made again from their
	 * experiments, before their first step. `link` is for the README. Reports how many runs are done.
	 */
	project: {
		arguments: { runs: { id: string; experiment: Experiment }[]; present: boolean; link: string };
		progress: { done: number; total: number };
		answer: NamedFile[];
	};
	/** Checks every op's kernels against its float64 reference on this GPU, one op after the other. */
	checkGpu: { arguments: object; progress: { done: number; total: number; row: OpCheck }; answer: OpCheck[] };
	/** Measures where the time of a training step of one method goes, while training waits. With `tune` its tiles are measured first. Answers null after `stopProfile`. */
	profile: { arguments: { experiment: Experiment; method: string; tune?: boolean }; progress: ProfileProgress; answer: StepReport | null };
}

export type RequestName = keyof RequestTypes;

/** A command with an id that its answer repeats. */
export type Request<Name extends RequestName = RequestName> = {
	[Each in Name]: { type: Each; id: number } & RequestTypes[Each]['arguments'];
}[Name];

/** Answers to requests. A request gets any number of `progress` events, then one `answer` or `failed`. */
export type Reply<Name extends RequestName = RequestName> =
	| { [Each in Name]: { type: 'progress'; id: number; request: Each; progress: RequestTypes[Each]['progress'] } }[Name]
	| { [Each in Name]: { type: 'answer'; id: number; request: Each; answer: RequestTypes[Each]['answer'] } }[Name]
	/** The reason, for the user. */
	| { type: 'failed'; id: number; message: string };

export type Command =
	| { type: 'open' }
	| Request
	/**
	 * Replaces whatever was training. With the files of a checkpoint (config.json, model.safetensors, vocabulary.json), runs
	 * of its method start from its weights; an experiment with no such run is an error. A start that can't be made posts an
	 * error and leaves the present runs as they are.
	 * `paused` compiles, and takes the first probe, but doesn't step.
	 */
	| { type: 'start'; experiment: Experiment; paused: boolean; checkpoint?: NamedFile[] }
	/**
	 * Adds runs to the present ones; their task may differ. A run that exists already is not started twice. New runs wait
	 * until there is room on the GPU, and are trained together with the others.
	 */
	| { type: 'add'; experiment: Experiment }
	/** Copies a run at its present step, with a change that `forkProblems` (src/experiment/fork.ts) accepts. */
	| { type: 'fork'; run: string; change: Partial<Experiment> }
	/** Removes runs. They can be restored until others are removed, or the next start or reset. */
	| { type: 'remove'; runs: string[] }
	| { type: 'restore'; runs: string[] }
	/** Training continues with these λ. Fixed λ keep the new values; learned λ continue from them. */
	| { type: 'setLambdas'; run: string; lambdas: LambdaEdit[] }
	| { type: 'pause' }
	| { type: 'resume' }
	/** One step of every run, then paused. */
	| { type: 'step' }
	/** Frees every run. */
	| { type: 'reset' }
	/** The page records this training: its checkpoints are written to files, also after `notStored`; the last ones of `runs` once more. */
	| { type: 'store'; training: string; runs: string[] }
	/** Stops the generation in progress; its request is answered. */
	| { type: 'stopGenerating' }
	/** Ends the measurement of a step in progress; its request is answered. */
	| { type: 'stopProfile' };

export type SessionState = 'idle' | 'compiling' | 'running' | 'paused' | 'finished';

export type Event =
	| { type: 'adapter'; adapter: AdapterDescription }
	/** WebGPU is not available: the reason, and what to do. */
	| { type: 'unavailable'; reason: string; advice: string }
	| Reply
	/** A start was accepted: its runs replace all others. Later events are about them. */
	| { type: 'started'; experiment: Experiment; fromCheckpoint: boolean }
	| { type: 'state'; state: SessionState }
	| { type: 'compiling'; done: number; total: number; kernel: string }
	/** All runs, in the page's order. */
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
	/**
	 * The present runs can be stored in this folder, from `store` on. The names of all runs, and those whose seed draws their first
	 * weights. Posted before `runs`.
	 */
	| { type: 'storing'; training: string; names: Record<string, StoredName>; seeded: string[] }
	/** A run's checkpoint was written to a file, which replaces the run's earlier one. All steps before it were posted. */
	| { type: 'stored'; training: string; run: string; weights: StoredWeights }
	/**
	 * Checkpoints are not written any more until `store`: there is no room, or the browser refuses. `large`: a run is left out that
	 * would make the training larger than what is stored.
	 */
	| { type: 'notStored'; training: string; reason: 'full' | 'refused' | 'large'; message: string }
	| { type: 'metrics'; run: string; step: number; metrics: Metrics }
	/** A probe of a run, every `probeEvery` steps. */
	| { type: 'frame'; frame: Frame }
	/** The loss became NaN or infinite at `step`. This run stopped; the others continue. */
	| { type: 'diverged'; run: string; step: number }
	| { type: 'finished'; run: string; steps: number; metrics: Metrics }
	/** The GPU was lost, or is still missing: the reason. null = it is no longer waited for, and training has stopped. */
	| { type: 'deviceLost'; message: string | null }
	/** Training continues on a new device, from each run's last checkpoint: its step by run id. */
	| { type: 'resumed'; steps: Record<string, number> }
	| { type: 'error'; message: string };
