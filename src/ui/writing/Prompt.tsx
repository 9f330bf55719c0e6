import { handleKey } from '../actions/action';
import { WRITING_ACTIONS, type WritingContext } from '../actions/writingActions';
import { sentence } from '../shared/format';

interface Props {
	value: string;
	/** The worker's reason for refusing it. Shown below the field until the next text is written. */
	problem: string | null;
	onChange(text: string): void;
	context: WritingContext;
}

/** The text that every model continues. Enter writes, Shift + Enter breaks the line. */
export function Prompt({ value, problem, context, onChange }: Props) {
	return (
		<div className="prompt">
			<label htmlFor="writing-prompt">Prompt</label>
			<textarea
				id="writing-prompt"
				className="mono"
				rows={2}
				value={value}
				spellCheck={false}
				placeholder="Empty: from the start of a text"
				aria-invalid={problem ? true : undefined}
				aria-describedby={problem ? 'writing-problem' : undefined}
				onChange={(event) => onChange(event.target.value)}
				onKeyDown={(event) => void handleKey(WRITING_ACTIONS, context, event)}
			/>
			{problem && (
				<p id="writing-problem" className="error" role="alert">
					{sentence(problem)}
				</p>
			)}
		</div>
	);
}
