interface Props {
	value: string;
	/** Why the worker refused it; stands beside the field until something else is written. */
	problem: string | null;
	onChange(text: string): void;
	onSubmit(): void;
}

/** Where the texts start. Enter writes, Shift + Enter breaks the line. */
export function Prompt({ value, problem, onChange, onSubmit }: Props) {
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
				onKeyDown={(event) => {
					if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
					event.preventDefault();
					onSubmit();
				}}
			/>
			{problem && (
				<p id="writing-problem" className="error" role="alert">
					{sentence(problem)}
				</p>
			)}
		</div>
	);
}

const sentence = (message: string): string => `${message[0].toUpperCase()}${message.slice(1)}${/[.?]$/.test(message) ? '' : '.'}`;
