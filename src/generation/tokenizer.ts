import { START } from '../experiment/tasks/tokens';
import { GenerationError } from './error';

/** A vocabulary as plain data: what a task has, and what `vocabulary.json` of a checkpoint holds. */
export interface Tokens {
	/** Text of each token, by its number. */
	readonly tokens: readonly string[];
	/** Separator of two tokens: nothing between characters, a space between words. */
	readonly separator: string;
}

/** Text to tokens and back. If the vocabulary has `<s>`, it precedes a prompt as it precedes every training sequence. */
export class Tokenizer {
	private readonly ids: ReadonlyMap<string, number>;

	constructor(private readonly vocabulary: Tokens) {
		this.ids = new Map(vocabulary.tokens.map((token, id) => [token, id]));
	}

	/** The token that every sequence starts with, if there is one. */
	get start(): number | undefined {
		return this.ids.get(START);
	}

	/** Tokens of a prompt. `<s>` comes first if the vocabulary has it, whether or not the prompt spells it out. @throws GenerationError naming the first character or word that is not a token */
	encode(prompt: string): number[] {
		const { start } = this;
		const rest = start !== undefined && prompt.startsWith(START) ? prompt.slice(START.length) : prompt;
		const parts = this.vocabulary.separator ? rest.split(/\s+/).filter(Boolean) : [...rest];
		const ids = parts.map((part) => {
			const id = this.ids.get(part);
			if (id === undefined) throw new GenerationError(`the prompt's ${this.named(part)} is not in the model's vocabulary`);
			return id;
		});
		return start === undefined ? ids : [start, ...ids];
	}

	/** Text of a token that follows others. */
	decode(id: number): string {
		return this.vocabulary.separator + this.vocabulary.tokens[id];
	}

	private named(part: string): string {
		if (this.vocabulary.separator) return `word \`${part.slice(0, 60)}\``;
		return `character \`${part}\` (U+${(part.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')})`;
	}
}
