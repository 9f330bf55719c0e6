import type { Task } from '../data/task';
import { isForTask } from '../experiment/fields';
import { readsBook } from '../experiment/tasks';
import type { Experiment } from '../experiment/types';

/** Reads the text of each experiment's sequences as tokens. Equal texts in equal vocabularies give the same array. */
export class Texts {
	private readonly known: { text: string; vocabulary: string; tokens: Int32Array }[] = [];

	/** @param book loads the book */
	constructor(private readonly book: () => Promise<string>) {}

	/** null if the task's sequences are made from no text. */
	async tokensOf(experiment: Experiment, task: Task): Promise<Int32Array | null> {
		const own = isForTask('text', experiment.task) ? experiment.text : '';
		const text = readsBook(experiment) ? await this.book() : own;
		if (text === '') return null;
		const vocabulary = JSON.stringify(task.vocabulary.tokens);
		const found = this.known.find((each) => each.text === text && each.vocabulary === vocabulary);
		if (found) return found.tokens;
		const tokens = task.vocabulary.encode(text);
		this.known.push({ text, vocabulary, tokens });
		return tokens;
	}
}
