import { CheckpointError } from '../checkpoint/safetensors';
import { PlanError } from '../compiler/plan';
import { TaskError } from '../data/task';
import { GenerationError } from '../generation/error';
import { NoGpuError } from '../gpu/device';
import { ModelError } from '../model/config';

/** What the user asked for can't be done as they wrote it: exit code 2, and the message is all there is to say. */
export class UsageError extends Error {
	override name = 'UsageError';
}

/** Exit code of a job that started and failed. */
export const FAILED = 1;
/** Exit code for a command line, file or field that can't be used. */
export const UNUSABLE = 2;

const unusable = [UsageError, CheckpointError, PlanError, TaskError, ModelError, GenerationError];

/** An error as its exit code and what stderr says about it; only a mistake of ours gets a stack. */
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

/** Faults of the machine, with words of their own. */
const isFault = (error: Error): boolean => ['ShaderError', 'DeviceLostError', 'GpuFault'].includes(error.name);

/** Names in files may hold anything: control characters would break the line, or write to the terminal. */
export function oneLine(text: string): string {
	return text.replace(/\s+/g, ' ').replace(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
