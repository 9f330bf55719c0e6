import { CheckpointError } from './safetensors';

/** vocabulary.json: what the tokens of a model mean. */
export interface StoredVocabulary {
	/** Text of each token, by its number. */
	tokens: readonly string[];
	/** What stands between two tokens of a text: nothing between characters, a space between words. */
	separator: '' | ' ';
}

/** Reads vocabulary.json. @param size V of the model @throws CheckpointError */
export function readVocabulary(json: unknown, file: string, size: number): StoredVocabulary {
	const fail = (rule: string): never => {
		throw new CheckpointError(`${file}: ${rule}`);
	};
	if (typeof json !== 'object' || json === null) return fail('must hold a JSON object with `tokens` and `separator`');
	const { tokens, separator = '' } = json as Record<string, unknown>;
	if (!Array.isArray(tokens) || !tokens.every((token) => typeof token === 'string' && token !== ''))
		return fail('`tokens` must be a list of texts, none empty');
	if (new Set(tokens).size !== tokens.length) fail('`tokens` has a token twice');
	if (tokens.length !== size) fail(`\`tokens\` has ${tokens.length} tokens, but the model's vocab_size is ${size}`);
	if (separator !== '' && separator !== ' ') return fail('`separator` must be "" or " "');
	return { tokens, separator };
}
