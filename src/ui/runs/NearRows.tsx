import { type ReactNode, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { WHOLE } from '../shared/figures/kinds';

/** Most rows that are all on the page. */
export const MOST_WHOLE = 60;
/** Rows that come and go together. */
const CHUNK = 20;
/** Height of a row until it has been on the page, CSS pixels. */
const ROW = 35;
/** Rows so far above and below the window are on the page, CSS pixels. */
const MARGIN = 600;

interface Props {
	rows: readonly ReactNode[];
	/** Number of the table's columns. */
	columns: number;
}

/**
 * The rows of a table, of a long one only those near the window. With 300 rows and their sticky cells, a change of the theme took 145 ms
 * of style, layout and paint more, and every update of the numbers laid all of them out again.
 */
export function NearRows({ rows, columns }: Props) {
	if (rows.length <= MOST_WHOLE) return <tbody>{rows}</tbody>;
	const starts = Array.from({ length: Math.ceil(rows.length / CHUNK) }, (_, i) => i * CHUNK);
	return starts.map((start) => <Chunk key={start} rows={rows.slice(start, start + CHUNK)} columns={columns} />);
}

/** Rows that are on the page while they are near the window or their table is saved, else an empty row of their height. */
function Chunk({ rows, columns }: Props) {
	const body = useRef<HTMLTableSectionElement>(null);
	const [near, setNear] = useState(false);
	const [whole, setWhole] = useState(false);
	const height = useRef(rows.length * ROW);
	useEffect(() => {
		const moved = ([...entries]: IntersectionObserverEntry[]) => {
			const { isIntersecting, boundingClientRect, target } = entries[entries.length - 1];
			// The focus must not vanish with its row.
			if (!isIntersecting && target.contains(document.activeElement)) return;
			height.current = boundingClientRect.height;
			setNear(isIntersecting);
		};
		const margin = `${MARGIN}px 0px`;
		// The page's main part scrolls, to which `rootMargin` does not apply.
		const options: IntersectionObserverInit & { scrollMargin: string } = { rootMargin: margin, scrollMargin: margin };
		const observer = new IntersectionObserver(moved, options);
		// The rows are read as soon as the event has been dispatched.
		const saved = ({ detail }: CustomEventInit<boolean>) => flushSync(() => setWhole(detail === true));
		const part = body.current;
		part?.addEventListener(WHOLE, saved);
		if (part) observer.observe(part);
		return () => {
			part?.removeEventListener(WHOLE, saved);
			observer.disconnect();
		};
	}, []);
	return (
		<tbody ref={body}>
			{near || whole ? (
				rows
			) : (
				<tr>
					<td colSpan={columns} style={{ height: height.current }} />
				</tr>
			)}
		</tbody>
	);
}
