import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';

export interface MenuItem {
	label: string;
	act(): void;
	/** Reason why it can't be chosen now; '' if it can. */
	why: string;
}

interface Props {
	/** What the button shows. */
	children: ReactNode;
	/** What the button is called, where its face says too little. */
	label?: string;
	className?: string;
	/** Asked for when the menu opens, so that closed menus cost nothing. */
	items(): readonly MenuItem[];
}

/** A button that opens a short list of actions: arrow keys, Home and End move, Escape and Tab close. */
export function Menu({ children, label, className = '', items }: Props) {
	const [open, setOpen] = useState<readonly MenuItem[] | null>(null);
	const button = useRef<HTMLButtonElement>(null);
	const close = useCallback((refocus: boolean) => {
		setOpen(null);
		if (refocus) button.current?.focus();
	}, []);
	return (
		<>
			<button
				type="button"
				ref={button}
				className={className}
				aria-label={label}
				aria-haspopup="menu"
				aria-expanded={open !== null}
				onClick={() => setOpen((before) => (before ? null : items()))}
			>
				{children}
			</button>
			{open && button.current && <Items items={open} button={button.current} onClose={close} />}
		</>
	);
}

interface ItemsProps {
	items: readonly MenuItem[];
	button: HTMLElement;
	onClose(refocus: boolean): void;
}

/** The open list, at the end of the page's body: no table that scrolls can cut it off. */
function Items({ items, button, onClose }: ItemsProps) {
	const ref = useRef<HTMLDivElement>(null);
	useLayoutEffect(() => {
		const menu = ref.current;
		if (!menu) return;
		const { left, top } = placed(button.getBoundingClientRect(), menu.offsetWidth, menu.offsetHeight);
		menu.style.left = `${left}px`;
		menu.style.top = `${top}px`;
		menu.querySelector('button')?.focus({ preventScroll: true });
	}, [button]);
	useEffect(() => {
		const opened = button.getBoundingClientRect();
		const leave = (event: Event) => {
			// A scroll that brought the button into view is told after the click on it: it moves nothing any more.
			const { left, top } = button.getBoundingClientRect();
			if (event.type === 'scroll' && left === opened.left && top === opened.top) return;
			const inside = event.target instanceof Node && (ref.current?.contains(event.target) || button.contains(event.target));
			if (!inside) onClose(false);
		};
		const types = ['pointerdown', 'scroll', 'focusin'] as const;
		for (const type of types) addEventListener(type, leave, true);
		return () => {
			for (const type of types) removeEventListener(type, leave, true);
		};
	}, [button, onClose]);
	const move = (event: KeyboardEvent) => {
		// Keys of the menu are not also those of the row or the page around its button.
		event.stopPropagation();
		const buttons = [...(ref.current?.querySelectorAll('button') ?? [])];
		const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
		const last = buttons.length - 1;
		const next = { ArrowDown: at === last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last }[event.key];
		if (next !== undefined) {
			event.preventDefault();
			buttons[next]?.focus();
		} else if (event.key === 'Escape' || event.key === 'Tab') {
			event.preventDefault();
			onClose(true);
		}
	};
	return createPortal(
		<div ref={ref} className="menu" role="menu" tabIndex={-1} onKeyDown={move}>
			{items.map(({ label, why, act }) => (
				<button
					type="button"
					role="menuitem"
					key={label}
					tabIndex={-1}
					aria-disabled={why !== ''}
					title={why || undefined}
					onClick={(event) => {
						event.stopPropagation();
						if (why !== '') return;
						onClose(true);
						act();
					}}
				>
					{label}
				</button>
			))}
		</div>,
		document.body,
	);
}

/** Below the button, or above where the window ends; never beyond the window's sides. */
function placed(rect: DOMRect, width: number, height: number): { left: number; top: number } {
	const left = Math.max(8, Math.min(rect.left, innerWidth - width - 8));
	const below = rect.bottom + 4;
	return { left, top: below + height > innerHeight - 8 ? Math.max(8, rect.top - height - 4) : below };
}
