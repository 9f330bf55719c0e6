import { type ReactNode, useEffect, useRef } from 'react';
import './dialog.css';

interface Props {
	title: string;
	className?: string;
	onClose(): void;
	children: ReactNode;
	/** Shown next to the title. */
	tools?: ReactNode;
}

/**
 * A modal dialog: the browser keeps the focus inside, and Escape or a click outside closes it. It appears with the next frame and
 * becomes modal after that, because making the rest of the page inert takes the browser as long as drawing the dialog.
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
		// biome-ignore lint/a11y/useKeyWithClickEvents: the click outside the dialog is a shortcut; Escape and the button close it too
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
