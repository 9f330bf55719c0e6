import { type ReactNode, useEffect, useRef } from 'react';

interface Props {
	title: string;
	className?: string;
	onClose(): void;
	children: ReactNode;
	/** Beside the title. */
	tools?: ReactNode;
}

/**
 * A modal dialog: the browser holds the focus inside, Escape closes, and so does a click beside it. It is on the page with
 * the next frame, and modal after it: making the rest of the page inert takes the browser as long as all of the drawing.
 */
export function Dialog({ title, className = '', onClose, children, tools }: Props) {
	const ref = useRef<HTMLDialogElement>(null);
	useEffect(() => {
		const dialog = ref.current;
		if (!dialog) return;
		const opener = document.activeElement;
		dialog.open = true;
		const makeModal = () => {
			dialog.open = false;
			dialog.dataset.modal = '';
			dialog.showModal();
		};
		let timer: ReturnType<typeof setTimeout>;
		const frame = requestAnimationFrame(() => {
			timer = setTimeout(makeModal);
		});
		return () => {
			cancelAnimationFrame(frame);
			clearTimeout(timer);
			dialog.close();
			// The browser gives the focus back only to dialogs that are still on the page.
			if (document.activeElement === document.body && opener instanceof HTMLElement) opener.focus();
		};
	}, []);
	return (
		// biome-ignore lint/a11y/useKeyWithClickEvents: the click beside the dialog is a shortcut; Escape and the button close it too
		<dialog
			ref={ref}
			className={`dialog ${className}`}
			aria-labelledby="dialog-title"
			onCancel={(event) => {
				event.preventDefault();
				onClose();
			}}
			onClick={(event) => event.target === event.currentTarget && onClose()}
		>
			<div className="dialog-body">
				<div className="dialog-head">
					<h2 id="dialog-title">{title}</h2>
					{tools}
					<button type="button" className="quiet icon close" aria-label="Close" onClick={onClose}>
						×
					</button>
				</div>
				{children}
			</div>
		</dialog>
	);
}
