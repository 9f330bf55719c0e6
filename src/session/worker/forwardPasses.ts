import { withShownFirst } from '../../data/shownSequence';
import { type Batch, IGNORED } from '../../data/task';
import type { Vocabulary } from '../../data/vocabulary';
import type { Intervention } from '../../experiment/interventions';
import type { ForwardPass, ForwardPassResult } from '../../experiment/records/forwardPass';
import type { FrameArrays } from '../../experiment/records/frame';
import { tokenRefusal } from '../../experiment/tasks';
import { START } from '../../experiment/tasks/tokens';
import { sequencesOf } from '../../training/batchInputs';
import type { TokenSequence } from '../../training/interventionRunner';
import type { Run, RunTrainer } from '../../training/run';

/** A text that the model can't read. The message is for the user. */
class TextError extends Error {
	override name = 'TextError';
}

/** Forward passes of a run on a text, or on its task's probe sequence. @throws TextError, InterventionError */
export async function forwardPassOf(
	run: Run,
	model: RunTrainer,
	text: string | null,
	intervention: Intervention,
): Promise<ForwardPassResult> {
	const { vocabulary } = run.task;
	const refusal = text === null ? null : tokenRefusal(run.experiment, 'they cannot read a text');
	if (refusal) throw new TextError(refusal);
	const sequence =
		text === null ? firstOf(withShownFirst(run.task.probeBatch())) : sequenceOf(text, vocabulary, run.experiment.sequenceLength);
	const { step, baseline, intervened, controls } = await model.pairedPasses(sequence, intervention);
	const { layers, heads } = run.config;
	const tokens = Array.from(sequence.tokens, (token) => vocabulary.display(token));
	const reading = ({ frame, ...numbers }: ForwardPass<FrameArrays>): ForwardPass => ({
		...numbers,
		frame: { run: run.id, step, layers, heads, length: tokens.length, tokens, ...frame },
	});
	return {
		run: run.id,
		step,
		baseline: reading(baseline),
		intervened: intervened && reading(intervened),
		controls,
		vocabulary: vocabulary.tokens.map((_, token) => vocabulary.display(token)),
		targets: Int32Array.from(sequence.targets, (target) => (target === IGNORED ? -1 : target)),
	};
}

/** The memory of a look's large arrays, to be handed over without a copy. */
export const buffersOf = ({ baseline, intervened }: ForwardPassResult): ArrayBuffer[] =>
	[baseline, ...(intervened ? [intervened] : [])].flatMap(({ frame, losses, logits }) =>
		[frame.probabilities, frame.valueNorms, frame.mixedNorms, frame.hiddenNorms, frame.sinkRates, losses, logits].map(
			({ buffer }) => buffer,
		),
	);

const firstOf = (batch: Batch): TokenSequence => {
	const { inputs, vectors } = sequencesOf(batch, 0, 1);
	return { tokens: inputs, targets: batch.targets.slice(0, batch.sequenceLength), vectors };
};

/** The user's own text as tokens, after `<s>` if the model knows it; each token's target is the next. @throws TextError */
function sequenceOf(text: string, vocabulary: Vocabulary, most: number): TokenSequence {
	const begins = vocabulary.tokens.includes(START);
	const own = ownTokens(begins && text.startsWith(START) ? text.slice(START.length) : text, vocabulary);
	const tokens = begins ? [vocabulary.tokens.indexOf(START), ...own] : own;
	const things = vocabulary.separator ? 'tokens' : 'characters';
	const limit = begins ? `${most - 1} after ${START}` : most;
	if (!own.length) throw new TextError(`the text is empty: it needs at least one of the model’s ${things}`);
	if (tokens.length > most) throw new TextError(`the text has ${own.length} ${things}: too long; this model reads at most ${limit}`);
	return { tokens, targets: [...tokens.slice(1), IGNORED] };
}

function ownTokens(text: string, vocabulary: Vocabulary): number[] {
	try {
		return [...vocabulary.encode(text)];
	} catch (error) {
		throw new TextError(`the text can’t be read: ${(error as Error).message}`);
	}
}
