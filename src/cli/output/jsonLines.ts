import type { Metrics } from '../../experiment/records/metrics';
import type { Run } from '../../training/run';
import type { StepResult } from '../../training/trainer';
import type { Watcher } from './watcher';

/** Prints an object as one line of JSON on stdout. Numbers have every digit needed to read them back; NaN and infinity are null. */
export const printLine = (record: object): void => {
	process.stdout.write(`${JSON.stringify(record)}\n`);
};

/** Prints a training as JSON lines. */
export class JsonLines implements Watcher {
	stepped({ id, method, seed, tokensPerSecond }: Run, { step, loss, gradNorm, learningRate }: StepResult): void {
		printLine({ run: id, method: method.name, seed, step, loss, gradNorm, learningRate, tokensPerSecond });
	}

	measured({ id }: Run, step: number, metrics: Metrics): void {
		printLine({ run: id, step, ...metrics });
	}

	diverged({ id }: Run, step: number): void {
		printLine({ run: id, diverged: true, step });
	}

	finished({ id, parameters, completedSteps, finalLoss, kvCacheBytesPerToken }: Run, metrics: Metrics): void {
		const { validationLoss, ...others } = metrics;
		printLine({ run: id, done: true, parameters, steps: completedSteps, finalLoss, validationLoss, kvCacheBytesPerToken, ...others });
	}

	note(text: string): void {
		console.error(text);
	}

	end(): void {}

	summary(): void {}
}
