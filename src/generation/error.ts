/** A prompt or setting that no text can be generated from; the message is for the user. */
export class GenerationError extends Error {
	override name = 'GenerationError';
}
