import { START } from '../data/vocabulary';
import { GenerationError } from './error';

/**
 * Text to tokens and back over any vocabulary: of characters, or of words such as numbers, which spaces keep apart. `<s>` is
 * put before a prompt where the vocabulary has it, as it is before every training sequence.
 */
export class Tokenizer {
	private readonly ids: ReadonlyMap<string, number>;
	private readonly longest: number;
	/** Whether tokens are more than characters: then spaces lie between them. */
	private readonly spaced: boolean;

	/** @param tokens text of each token, by its number */
	constructor(private readonly tokens: readonly string[]) {
		this.ids = new Map(tokens.map((token, id) => [token, id]));
		this.longest = Math.max(...tokens.map((token) => [...token].length));
		this.spaced = tokens.some((token) => token !== START && [...token].length > 1);
	}

	/** The token that every sequence starts with, if there is one. */
	get start(): number | undefined {
		return this.ids.get(START);
	}

	/** Tokens of a prompt, `<s>` first where there is one; at each place the longest token that fits. @throws GenerationError naming the first character that is no token's */
	encode(prompt: string): number[] {
		const found: number[] = this.start === undefined ? [] : [this.start];
		const characters = [...prompt];
		for (let at = 0; at < characters.length; ) {
			if (this.spaced && /\s/.test(characters[at])) {
				at++;
				continue;
			}
			let length = Math.min(this.longest, characters.length - at);
			while (length > 0 && !this.ids.has(characters.slice(at, at + length).join(''))) length--;
			if (length === 0) throw new GenerationError(`the prompt's ${named(characters[at])} is not in the model's vocabulary`);
			const id = this.ids.get(characters.slice(at, at + length).join('')) as number;
			// A prompt may spell out the `<s>` that is there already.
			if (id !== this.start || at > 0) found.push(id);
			at += length;
		}
		return found;
	}

	/** Text of a token that follows others. */
	decode(id: number): string {
		return `${this.spaced ? ' ' : ''}${this.tokens[id]}`;
	}
}

const named = (character: string): string =>
	`\`${character}\` (U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')})`;
