/**
 * Explanations on hover and focus. One layer shows the current one in the browser's top layer; Escape closes it. Screen
 * readers get the same text through `aria-describedby`.
 */
import { createContext, type ReactNode, useCallback, useContext, useId, useMemo, useRef, useState } from 'react';
import { useKey } from './hooks';
import { PopoverBox } from './PopoverBox';

interface Tip {
	text: string;
	formula?: string;
	anchor: Element;
}

const TipContext = createContext<(tip: Tip | null) => void>(() => {});

/** Milliseconds in which the pointer can move from the anchor onto the tip. */
const GRACE = 120;

/** Shows the tips of everything inside. */
export function TipLayer({ children }: { children: ReactNode }) {
	const [tip, setTip] = useState<Tip | null>(null);
	const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
	const show = useCallback((next: Tip | null) => {
		clearTimeout(timer.current);
		if (next) setTip(next);
		else timer.current = setTimeout(() => setTip(null), GRACE);
	}, []);
	useKey((event) => {
		if (event.key === 'Escape') setTip(null);
	});
	return (
		<TipContext value={show}>
			{children}
			{tip && (
				<PopoverBox
					// A new element each time: an open popover would stay below a dialog that was opened after it.
					key={tip.text}
					popover="manual"
					className="tip"
					anchor={tip.anchor}
					{...placementOf(tip.anchor)}
					aria-hidden="true"
					onPointerEnter={() => show(tip)}
					onPointerLeave={() => show(null)}
				>
					{tip.formula && <div className="formula">{tip.formula}</div>}
					{tip.text}
				</PopoverBox>
			)}
		</TipContext>
	);
}

/** Right of the form's fields, so that an error below stays readable; elsewhere above, as what is next to the anchor is its neighbour. */
function placementOf(anchor: Element): { placement: 'right-start' | 'top-start'; fallbackPlacements: ('top-start' | 'bottom-start')[] } {
	const inForm = anchor.closest('.rail') !== null;
	return { placement: inForm ? 'right-start' : 'top-start', fallbackPlacements: ['top-start', 'bottom-start'] };
}

/** Handlers that show `text`, with `formula` above it, while the element is hovered or focused. */
export function useTip(text: string, formula?: string) {
	const show = useContext(TipContext);
	return useMemo(() => {
		const open = (event: { currentTarget: Element }) => show(text || formula ? { text, formula, anchor: event.currentTarget } : null);
		const close = () => show(null);
		return { onPointerEnter: open, onPointerLeave: close, onFocus: open, onBlur: close };
	}, [show, text, formula]);
}

/** A term on the page that shows its explanation on hover and focus. */
export function Term({
	text,
	formula,
	className = '',
	children,
}: {
	text: string;
	formula?: string;
	className?: string;
	children: ReactNode;
}) {
	const tip = useTip(text, formula);
	const id = useId();
	return (
		<>
			<button type="button" className={`term ${className}`} aria-describedby={id} {...tip}>
				{children}
			</button>
			<span id={id} className="hidden">
				{text} {formula}
			</span>
		</>
	);
}
