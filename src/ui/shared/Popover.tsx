import { type ReactNode, useRef, useState } from 'react';
import { PopoverBox, useOpener } from './PopoverBox';

/** A button that opens a small box of controls. Escape and a press elsewhere close it. */
export function Popover({ label, children }: { label: string; children: ReactNode }) {
	const [open, setOpen] = useState(false);
	const button = useRef<HTMLButtonElement>(null);
	const opener = useOpener(open, setOpen);
	return (
		<div className="popover">
			<button ref={button} type="button" aria-expanded={open} {...opener}>
				{label} ▾
			</button>
			{open && button.current && (
				<PopoverBox
					anchor={button.current}
					placement="bottom-end"
					className="popover-box"
					role="group"
					aria-label={label}
					onClose={() => setOpen(false)}
				>
					{children}
				</PopoverBox>
			)}
		</div>
	);
}
