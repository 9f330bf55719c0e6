import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { PopoverBox, useOpener } from './PopoverBox';

export interface MenuItem {
	label: string;
	act(): void;
	/** Reason why it can't be chosen now; '' if it can. */
	why: string;
}

interface Props {
	/** Content of the button. */
	children: ReactNode;
	/** Accessible name, if the button's content says too little. */
	label?: string;
	className?: string;
	/** Called when the menu opens. */
	items(): readonly MenuItem[];
}

/** A button with a menu of commands. Arrow keys, Home, End and first letters move; Escape and Tab close it. */
export function Menu({ children, label, className = '', items }: Props) {
	const [open, setOpen] = useState<readonly MenuItem[] | null>(null);
	const button = useRef<HTMLButtonElement>(null);
	const opener = useOpener(open !== null, (wanted) => setOpen(wanted ? items() : null));
	return (
		<>
			<button
				type="button"
				ref={button}
				className={className}
				aria-label={label}
				aria-haspopup="menu"
				aria-expanded={open !== null}
				{...opener}
			>
				{children}
			</button>
			{open && button.current && <Items items={open} button={button.current} onClose={() => setOpen(null)} />}
		</>
	);
}

interface ItemsProps {
	items: readonly MenuItem[];
	button: HTMLElement;
	onClose(): void;
}

function Items({ items, button, onClose }: ItemsProps) {
	const menu = useRef<HTMLDivElement>(null);
	useLayoutEffect(() => menu.current?.querySelector('button')?.focus({ preventScroll: true }), []);
	const close = () => {
		onClose();
		button.focus();
	};
	const onKeyDown = (event: KeyboardEvent) => {
		// Keys of the menu must not reach the row or the page around its button.
		event.stopPropagation();
		const buttons = [...(menu.current?.querySelectorAll('button') ?? [])];
		const next = target(event.key, items, buttons.indexOf(document.activeElement as HTMLButtonElement));
		if (next !== undefined) buttons[next]?.focus();
		else if (event.key === 'Escape' || event.key === 'Tab') close();
		else return;
		event.preventDefault();
	};
	return (
		<PopoverBox anchor={button} ref={menu} className="menu" role="menu" tabIndex={-1} onKeyDown={onKeyDown} onClose={onClose}>
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
						close();
						act();
					}}
				>
					{label}
				</button>
			))}
		</PopoverBox>
	);
}

/** The item that a key moves the focus to from item `at` (−1 = none); undefined if it is no such key. */
function target(key: string, items: readonly MenuItem[], at: number): number | undefined {
	const last = items.length - 1;
	if (key === 'ArrowDown') return at === last ? 0 : at + 1;
	if (key === 'ArrowUp') return at <= 0 ? last : at - 1;
	if (key === 'Home') return 0;
	if (key === 'End') return last;
	if (key.length !== 1 || key === ' ') return undefined;
	const starts = (i: number) => items[i].label.toLowerCase().startsWith(key.toLowerCase());
	const order = items.map((_, i) => (at + 1 + i) % items.length);
	return order.find(starts);
}
