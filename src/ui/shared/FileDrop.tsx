import { type ReactNode, useRef, useState } from 'react';

interface Props {
	/** Label of the button. */
	label: string;
	/** File names that the chooser offers, such as `.zip,.json`. */
	accept: string;
	multiple?: boolean;
	describedBy?: string;
	disabled?: boolean;
	onFiles(files: File[]): void;
	children?: ReactNode;
}

/** An area to drop files on, with a button to choose them. */
export function FileDrop({ label, accept, multiple = false, describedBy, disabled = false, onFiles, children }: Props) {
	const input = useRef<HTMLInputElement>(null);
	const [over, setOver] = useState(false);
	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button does the same from the keyboard
		<div
			className={`file-drop ${over ? 'over' : ''}`}
			onDragOver={(event) => {
				event.preventDefault();
				setOver(true);
			}}
			onDragLeave={() => setOver(false)}
			onDrop={(event) => {
				event.preventDefault();
				setOver(false);
				if (!disabled && event.dataTransfer.files.length > 0) onFiles([...event.dataTransfer.files]);
			}}
		>
			{children}
			<button type="button" disabled={disabled} aria-describedby={describedBy} onClick={() => input.current?.click()}>
				{label}
			</button>
			<input
				ref={input}
				type="file"
				hidden
				tabIndex={-1}
				accept={accept}
				multiple={multiple}
				onChange={(event) => {
					const files = [...(event.target.files ?? [])];
					// So that the same file can be chosen again.
					event.target.value = '';
					if (files.length > 0) onFiles(files);
				}}
			/>
		</div>
	);
}
