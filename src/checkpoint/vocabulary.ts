import * as v from 'valibot';
import { CheckpointError } from './safetensors';

/** vocabulary.json: the text of a model's tokens. */
export interface StoredVocabulary {
	/** By the token's number. */
	tokens: readonly string[];
	/** Text between two tokens: empty for characters, a space for words. */
	separator: '' | ' ';
}

const isToken = (token: unknown): token is string => typeof token === 'string' && token !== '';

const schema = v.object(
	{
		tokens: v.pipe(
			// One check for the whole list, because its items need no separate messages.
			v.custom<string[]>((tokens) => Array.isArray(tokens) && tokens.every(isToken), '`tokens` must be a list of texts, none empty'),
			v.check((tokens) => new Set(tokens).size === tokens.length, '`tokens` has a token twice'),
		),
		separator: v.optional(v.picklist(['', ' '], '`separator` must be "" or " "'), ''),
	},
	'must hold a JSON object with `tokens` and `separator`',
);

/** Reads vocabulary.json. @param size V of the model @throws CheckpointError */
export function readVocabulary(json: unknown, file: string, size: number): StoredVocabulary {
	const { success, output, issues } = v.safeParse(schema, json, { abortEarly: true });
	if (!success) throw new CheckpointError(`${file}: ${issues[0].message}`);
	const { tokens } = output;
	if (tokens.length !== size)
		throw new CheckpointError(`${file}: \`tokens\` has ${tokens.length} tokens, but the model's vocab_size is ${size}`);
	return output;
}
