import type { Placement } from '@floating-ui/dom';
import { type HTMLAttributes, type RefObject, useLayoutEffect, useRef } from 'react';
import { loadLater } from './dialogScripts';

/** Least distance from the window's edges, and between anchor and box, CSS pixels. */
const MARGIN = 8;
const GAP = 4;

/** Not part of the first load. */
const loadPlacing = loadLater(() => import('@floating-ui/dom'));

/** Shows `box`, which has the `popover` attribute, next to `anchor` in the top layer, and follows the anchor until cleanup. */
function showNextTo(anchor: Element, box: HTMLElement, placement: Placement, fallbackPlacements?: Placement[]): () => void {
	// Unseen until it has a place. Not `visibility`, with which nothing in it could have the focus.
	box.style.opacity = '0';
	// Missing in the tests' DOM.
	box.showPopover?.();
	let stop: (() => void) | null = null;
	let ended = false;
	loadPlacing().then(({ autoUpdate, computePosition, flip, offset, shift }) => {
		if (ended) return;
		stop = autoUpdate(anchor, box, async () => {
			const middleware = [offset(GAP), flip({ padding: MARGIN, fallbackPlacements }), shift({ padding: MARGIN })];
			const { x, y } = await computePosition(anchor, box, { strategy: 'fixed', placement, middleware });
			Object.assign(box.style, { left: `${x}px`, top: `${y}px`, opacity: '' });
		});
	});
	return () => {
		ended = true;
		stop?.();
	};
}

interface Props extends HTMLAttributes<HTMLDivElement> {
	anchor: Element;
	/** Preferred side of the anchor. */
	placement?: Placement;
	/** Tried in this order if it has no room there. */
	fallbackPlacements?: Placement[];
	/** `auto`: Escape and a press elsewhere close it, and a second one replaces it. `manual`: only its owner closes it. */
	popover?: 'auto' | 'manual';
	ref?: RefObject<HTMLDivElement | null>;
	onClose?(): void;
}

/** A box in the browser's top layer next to `anchor`: nothing clips it, and it lies above dialogs. It is open while rendered. */
export function PopoverBox({ anchor, placement = 'bottom-start', fallbackPlacements, popover = 'auto', ref, onClose, ...rest }: Props) {
	const own = useRef<HTMLDivElement>(null);
	const box = ref ?? own;
	// biome-ignore lint/correctness/useExhaustiveDependencies: a new list with the same placements changes nothing
	useLayoutEffect(() => (box.current ? showNextTo(anchor, box.current, placement, fallbackPlacements) : undefined), [anchor, placement]);
	return <div {...rest} ref={box} popover={popover} onToggle={(event) => event.newState === 'closed' && onClose?.()} />;
}

/**
 * Handlers for a button that opens an `auto` popover. The press that should close it closes it before the click, which
 * must then not open it again.
 */
export function useOpener(open: boolean, setOpen: (open: boolean) => void) {
	const wasOpen = useRef(false);
	return {
		onPointerDown: () => {
			wasOpen.current = open;
		},
		onClick: () => {
			setOpen(!open && !wasOpen.current);
			wasOpen.current = false;
		},
	};
}
