import { type RefCallback, useCallback, useEffect, useRef, useState } from 'react';
import type { Question } from '../../experiment/questions';
import { useClient } from '../shared/useLab';
import { type CardRecord, loadCard } from './cardRecord';

/** True from the first time that the element with the ref comes near the window. */
function useSeen(): [RefCallback<Element>, boolean] {
	const [seen, setSeen] = useState(false);
	const observer = useRef<IntersectionObserver | null>(null);
	const ref = useCallback((element: Element | null) => {
		observer.current?.disconnect();
		if (!element) return;
		observer.current = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && setSeen(true), {
			rootMargin: '200px',
		});
		observer.current.observe(element);
	}, []);
	return [ref, seen];
}

export interface CardState {
	ref: RefCallback<Element>;
	/** Undefined while it loads; null if there is none. */
	record: CardRecord | null | undefined;
	/** Time of all runs on this device, seconds; null while unknown. */
	seconds: number | null;
}

/** The record and the cost of a question, loaded once its card comes into view. */
export function useCard(question: Question): CardState {
	const client = useClient();
	const [ref, seen] = useSeen();
	const [record, setRecord] = useState<CardRecord | null>();
	const [seconds, setSeconds] = useState<number | null>(null);
	useEffect(() => {
		if (!seen) return;
		const stop = new AbortController();
		const unlessStopped = (set: () => void) => !stop.signal.aborted && set();
		loadCard(client, question, stop.signal).then(
			(found) => unlessStopped(() => setRecord(found)),
			() => unlessStopped(() => setRecord(null)),
		);
		client.secondsOf(question.experiment).then((found) => unlessStopped(() => setSeconds(found)));
		return () => stop.abort();
	}, [client, question, seen]);
	return { ref, record, seconds };
}
