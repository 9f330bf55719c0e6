import { CheckpointError } from '../checkpoint/safetensors';
import { PlanError } from '../compiler/plan';
import { TaskError } from '../data/task';
import { GenerationError } from '../generation/error';
import { NoGpuError } from '../gpu/device';
import { ModelError } from '../model/config';

/** A mistake in the command line or in a file. The message is for the user; the exit code is 2. */
export class UsageError extends Error {
	override name = 'UsageError';
}

/** Exit code of a job that failed after it started. */
export const FAILED = 1;
/** Exit code for a command line, file or field that can't be used. */
export const UNUSABLE = 2;

const unusable = [UsageError, CheckpointError, PlanError, TaskError, ModelError, GenerationError];

/** Returns the exit code and the text for stderr. The text has a stack trace only for errors that point to a bug. */
export function explain(error: unknown): { code: number; text: string } {
	if (unusable.some((kind) => error instanceof kind)) return { code: UNUSABLE, text: oneLine((error as Error).message) };
	if (error instanceof NoGpuError)
		return {
			code: FAILED,
			text: `${error.message} Dawn takes any Vulkan, Metal or Direct3D 12 driver; \`npm test\` installs one that runs on the processor.`,
		};
	if (error instanceof Error) return { code: FAILED, text: isFault(error) ? error.message : (error.stack ?? error.message) };
	return { code: FAILED, text: String(error) };
}

/** True for GPU failures, whose messages need no stack trace. */
const isFault = (error: Error): boolean => ['ShaderError', 'DeviceLostError', 'GpuFault'].includes(error.name);

/** Puts a text on one line and escapes its control characters, which could otherwise drive the terminal. */
export function oneLine(text: string): string {
	return text.replace(/\s+/g, ' ').replace(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
