import { useState } from 'react';
import { tokenKind } from '../../experiment/tasks';
import type { Experiment } from '../../experiment/types';
import { sentence } from '../shared/format';

interface Props {
	experiment: Experiment;
	/** The text that the models read; null = the task's own sequence. */
	text: string | null;
	/** The reason if the last text was rejected. Shown until another text is read. */
	refusal: string | null;
	onRead(text: string | null): void;
}

/** A text of the user's own for the maps of all columns, read by the latest models. */
export function ProbeText({ experiment, text, refusal, onRead }: Props) {
	const [typed, setTyped] = useState('');
	const characters = tokenKind(experiment) === 'characters';
	return (
		<form
			className="probe-text"
			onSubmit={(event) => {
				event.preventDefault();
				if (typed !== '') onRead(typed);
			}}
		>
			<label className="inline" htmlFor="probe-text">
				Own text
			</label>
			<input
				id="probe-text"
				className="mono"
				type="text"
				value={typed}
				spellCheck={false}
				autoComplete="off"
				placeholder={characters ? sampleText(experiment) : 'tokens with spaces, such as 7 21 4'}
				aria-invalid={refusal ? true : undefined}
				aria-describedby={refusal ? 'probe-refusal' : undefined}
				onChange={(event) => setTyped(event.target.value)}
			/>
			<button type="submit" disabled={typed === ''}>
				Read
			</button>
			<button type="button" disabled={text === null} onClick={() => onRead(null)}>
				Task’s own
			</button>
			{refusal && (
				<p id="probe-refusal" className="error" role="alert">
					{sentence(refusal)} The maps show the task’s own sequence.
				</p>
			)}
		</form>
	);
}

const SAMPLE = 'the whale was of that sort';

/** Whole words of a sample that the models can read, next to a token that starts the sequence. */
function sampleText({ sequenceLength }: Experiment): string {
	const most = sequenceLength - 1;
	return SAMPLE.length <= most ? SAMPLE : SAMPLE.slice(0, Math.min(most, Math.max(SAMPLE.indexOf(' '), SAMPLE.lastIndexOf(' ', most))));
}
