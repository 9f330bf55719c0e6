/**
 * One-line explanations on hover and on focus. One layer draws whichever is asked for, so that nothing clips it; Escape
 * closes it. Screen readers get the same words through `aria-describedby`.
 */
import { createContext, type ReactNode, useCallback, useContext, useId, useMemo, useRef, useState } from 'react';
import { useKey } from './hooks';

interface Shown {
	text: string;
	formula?: string;
	rect: DOMRect;
}

const TipContext = createContext<(shown: Shown | null) => void>(() => {});

/** Draws the explanation beside what it explains, for everything inside. */
export function TipLayer({ children }: { children: ReactNode }) {
	const [shown, setShown] = useState<Shown | null>(null);
	const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
	const show = useCallback((next: Shown | null) => {
		clearTimeout(timer.current);
		// A moment's grace, so that the pointer can move onto the words.
		if (next) setShown(next);
		else timer.current = setTimeout(() => setShown(null), 120);
	}, []);
	useKey((event) => {
		if (event.key === 'Escape') setShown(null);
	});
	return (
		<TipContext value={show}>
			{children}
			{shown && (
				<div
					className="tip"
					style={placed(shown.rect)}
					aria-hidden="true"
					onPointerEnter={() => show(shown)}
					onPointerLeave={() => show(null)}
				>
					{shown.formula && <div className="formula">{shown.formula}</div>}
					{shown.text}
				</div>
			)}
		</TipContext>
	);
}

/** Right of the control where there is room, else above it, so that an error below stays readable. */
function placed(rect: DOMRect): { left: number; top?: number; bottom?: number } {
	const width = 260;
	if (rect.right + width + 24 < innerWidth && rect.left < innerWidth / 3)
		return { left: rect.right + 10, top: Math.min(rect.top, innerHeight - 110) };
	const left = Math.max(8, Math.min(rect.left, innerWidth - width - 8));
	return rect.top > 150 ? { left, bottom: innerHeight - rect.top + 6 } : { left, top: rect.bottom + 6 };
}

/** Handlers that show `text` (and `formula` above it) while the element is hovered or holds the focus. */
export function useTip(text: string, formula?: string) {
	const show = useContext(TipContext);
	return useMemo(() => {
		const open = (event: { currentTarget: Element }) => show({ text, formula, rect: event.currentTarget.getBoundingClientRect() });
		const close = () => show(null);
		return { onPointerEnter: open, onPointerLeave: close, onFocus: open, onBlur: close };
	}, [show, text, formula]);
}

/** Words of the page that can be asked what they mean, by pointer and by keyboard. */
export function Term({ words, formula, children }: { words: string; formula?: string; children: ReactNode }) {
	const tip = useTip(words, formula);
	const id = useId();
	return (
		<>
			<button type="button" className="term" aria-describedby={id} {...tip}>
				{children}
			</button>
			<span id={id} className="hidden">
				{words} {formula}
			</span>
		</>
	);
}
