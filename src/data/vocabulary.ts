/** Visible marks for invisible characters. */
const VISIBLE: Readonly<Record<string, string>> = { ' ': '␣', '\n': '⏎', '\t': '⇥', '\r': '␍', '\u00a0': '⍽' };

/**
 * Tokens and their numbers: special tokens first, then characters (Unicode code points) in ascending order. Synthetic tasks
 * have words instead of characters, with spaces between them.
 */
export class Vocabulary {
	/** Text of each token. */
	readonly tokens: readonly string[];
	/** The text between two tokens. */
	readonly separator: '' | ' ' = '';
	/** Number of tokens, V. */
	readonly size: number;
	readonly #specials: number;
	readonly #ids = new Map<string, number>();

	/** The distinct characters of `text`, after `specials`. */
	constructor(text: string, specials: readonly string[] = []) {
		const characters = [...new Set(text)].sort((a, b) => (a.codePointAt(0) as number) - (b.codePointAt(0) as number));
		this.tokens = [...specials, ...characters];
		this.size = this.tokens.length;
		this.#specials = specials.length;
		characters.forEach((character, index) => {
			this.#ids.set(character, specials.length + index);
		});
	}

	/** The vocabulary in which token i is `words[i]`. The words must be distinct and contain no space. */
	static ofWords(words: readonly string[]): Vocabulary {
		const vocabulary = new Vocabulary('', words);
		(vocabulary as { separator: ' ' }).separator = ' ';
		for (const [id, word] of words.entries()) vocabulary.#ids.set(word, id);
		return vocabulary;
	}

	/** A token's number; undefined for a character that the text doesn't have. */
	id(character: string): number | undefined {
		return this.#ids.get(character);
	}

	/** One number per character of `text`, or per word. @throws Error naming the first that is unknown */
	encode(text: string): Int32Array {
		if (this.separator) {
			const words = text.split(/\s+/).filter(Boolean);
			const unknown = words.find((word) => !this.#ids.has(word));
			if (unknown !== undefined) throw new Error(`the token \`${unknown.slice(0, 60)}\` is not in the vocabulary`);
			return Int32Array.from(words, (word) => this.#ids.get(word) as number);
		}
		const ids = new Int32Array(text.length);
		let length = 0;
		for (const character of text) {
			const id = this.#ids.get(character);
			if (id === undefined)
				throw new Error(
					`the character \`${this.displayText(character)}\` (U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}) is not in the vocabulary`,
				);
			ids[length++] = id;
		}
		return ids.subarray(0, length);
	}

	/** The text of `ids`, with special tokens as their names and spaces between words. */
	decode(ids: ArrayLike<number>): string {
		return Array.from(ids, (id) => this.tokens[id]).join(this.separator);
	}

	/** A token's text on the page: a space is `␣`, a newline `⏎`. */
	display(id: number): string {
		return id < this.#specials ? this.tokens[id] : this.displayText(this.tokens[id]);
	}

	/** A character's text on the page, whether the vocabulary has it or not. */
	displayText(character: string): string {
		return VISIBLE[character] ?? character;
	}
}
