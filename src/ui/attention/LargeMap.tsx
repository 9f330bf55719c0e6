import { useEffect, useRef } from 'react';
import { range } from '../shared/range';
import { MapCanvas } from './MapCanvas';
import { type Cell, cellWords } from './maps';
import type { Look, Picture } from './paint';
import type { Place, View } from './place';

/** Room for the token names: of queries on the left, of keys above. */
export const MARGIN = { left: 30, top: 30 } as const;

/** Width of a character of a token's name. */
const CHARACTER = 6;

/** What the pointer and the keys do on a map. */
export interface MapHands {
	onPoint(place: Place | null): void;
	onClick(place: Place): void;
	/** A key that may move the cell, on a map of `length` tokens. */
	onKey(event: React.KeyboardEvent, length: number): void;
	/** Moves what is in view by whole tokens. */
	onPan?(queries: number, keys: number, length: number): void;
	/** The head of a key's column was clicked. */
	onMask?(key: number): void;
}

interface Props {
	picture: Picture;
	layer: number;
	head: number;
	view: View;
	/** Side of a cell, CSS pixels. */
	unit: number;
	place: Place | null;
	locked: boolean;
	look: Look;
	/** The run, and the value of the cell: what a screen reader hears. */
	label: string;
	value: string;
	masked: readonly number[];
	hands: MapHands;
	/** Takes the focus once its dialog is modal. */
	focused?: boolean;
}

/** Side of a cell where `count` of them fit into `room` pixels: whole pixels where that costs little. */
export function unitFor(room: number, count: number): number {
	const exact = Math.max(0.5, Math.min(36, room / count));
	return Math.floor(exact) > 0.85 * exact ? Math.floor(exact) : exact;
}

/** A map with its tokens on both axes. The pointer or the arrow keys choose the cell; its row and column are outlined. */
export function LargeMap({ picture, layer, head, view, unit, place, locked, look, label, value, masked, hands, focused }: Props) {
	const { maps } = picture;
	const n = maps.length;
	const size = unit * view.count;
	const focus = useRef<HTMLDivElement>(null);
	/** Where a drag began, and what it has moved the view by. */
	const drag = useRef<{ x: number; y: number; queries: number; keys: number } | null>(null);
	const panned = useRef(false);
	useEffect(() => {
		if (!focused) return;
		// A dialog gives the focus to what asks for it when it becomes modal; later one must take it.
		focus.current?.setAttribute('autofocus', '');
		if (focus.current?.closest('[data-modal]')) focus.current.focus();
	}, [focused]);

	const placeAt = (event: React.MouseEvent): Place => {
		const rect = event.currentTarget.getBoundingClientRect();
		const at = (position: number, from: number) => Math.min(view.count - 1, Math.max(0, Math.floor((position - from) / unit)));
		return { query: view.query + at(event.clientY, rect.top), key: view.key + at(event.clientX, rect.left) };
	};
	const movePointer = (event: React.PointerEvent) => {
		const from = drag.current;
		if (!from || !hands.onPan) {
			if (event.pointerType === 'mouse') hands.onPoint(placeAt(event));
			return;
		}
		const queries = Math.round((from.y - event.clientY) / unit);
		const keys = Math.round((from.x - event.clientX) / unit);
		if (queries === from.queries && keys === from.keys) return;
		panned.current = true;
		hands.onPan(queries - from.queries, keys - from.keys, n);
		drag.current = { ...from, queries, keys };
	};
	const inView = (from: number, at: number) => at >= from && at < from + view.count;
	const cell: Cell | null = place && { layer, head, ...place };
	return (
		<div
			ref={focus}
			className={`large-map ${locked ? 'locked' : ''}`}
			role="application"
			// biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move the cell, as the role announces
			tabIndex={0}
			onKeyDown={(event) => hands.onKey(event, n)}
			style={{ width: size + MARGIN.left, height: size + MARGIN.top }}
			aria-label={`Attention map of ${label}, ${cell ? `${cellWords(maps, cell)}: ${value}` : `layer ${layer + 1}, head ${head + 1}`}. Arrow keys move the cell.`}
		>
			<TokenNames tokens={maps.tokens} view={view} unit={unit} place={place} />
			{/* biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard masks the cell's key with m */}
			{/* biome-ignore lint/a11y/noStaticElementInteractions: the same */}
			<div
				className={`key-heads ${hands.onMask ? 'live' : ''}`}
				style={{ left: MARGIN.left, top: MARGIN.top - 11, width: size, height: 11 }}
				title={hands.onMask && 'Click masks the key of this column'}
				onPointerMove={(event) => hands.onPoint({ query: place?.query ?? n - 1, key: placeAt(event).key })}
				onPointerLeave={() => hands.onPoint(null)}
				onClick={(event) => hands.onMask?.(placeAt(event).key)}
			>
				{masked
					.filter((key) => inView(view.key, key))
					.map((key) => (
						<span key={key} className="masked-mark" style={{ left: (key - view.key + 0.5) * unit }}>
							×
						</span>
					))}
			</div>
			{/* biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys lock a cell, Escape frees it */}
			{/* biome-ignore lint/a11y/noStaticElementInteractions: the same */}
			<div
				className="large-map-cells"
				style={{ left: MARGIN.left, top: MARGIN.top, width: size, height: size, touchAction: view.count < n ? 'none' : undefined }}
				onPointerDown={(event) => {
					panned.current = false;
					if (view.count < n) drag.current = { x: event.clientX, y: event.clientY, queries: 0, keys: 0 };
					if (drag.current) event.currentTarget.setPointerCapture(event.pointerId);
				}}
				onPointerMove={movePointer}
				onPointerUp={() => {
					drag.current = null;
				}}
				onPointerCancel={() => {
					drag.current = null;
				}}
				onPointerLeave={() => hands.onPoint(null)}
				onClick={(event) => panned.current || hands.onClick(placeAt(event))}
			>
				<div className="map-view" style={{ left: -view.key * unit, top: -view.query * unit }}>
					<MapCanvas picture={picture} layer={layer} head={head} size={unit * n} look={look} />
				</div>
				{place && inView(view.query, place.query) && (
					<span className="cell-row" style={{ top: (place.query - view.query) * unit, height: Math.max(1, unit) }} />
				)}
				{place && inView(view.key, place.key) && (
					<span className="cell-column" style={{ left: (place.key - view.key) * unit, width: Math.max(1, unit) }} />
				)}
			</div>
		</div>
	);
}

/** The tokens' names along both axes: as many as have room, and always the ones that are looked at. */
function TokenNames({ tokens, view, unit, place }: { tokens: readonly string[]; view: View; unit: number; place: Place | null }) {
	const size = unit * view.count;
	/** Every so many names fit on an axis, each with some air. */
	const down = Math.ceil(11 / unit);
	const across = Math.ceil((5 + CHARACTER * Math.max(...tokens.slice(1).map((token) => token.length), 1)) / unit);
	return (
		<svg className="tokens" width={size + MARGIN.left} height={size + MARGIN.top} aria-hidden="true">
			{named(view.key, view.count, place?.key, across).map((i) => (
				<text
					key={`key ${i}`}
					x={MARGIN.left + (i - view.key + (i === 0 ? 1 : 0.5)) * unit}
					y={MARGIN.top - 13}
					textAnchor={i === 0 ? 'end' : 'middle'}
					className={i === place?.key ? 'on' : ''}
				>
					{tokens[i]}
				</text>
			))}
			{named(view.query, view.count, place?.query, down).map((i) => (
				<text
					key={`query ${i}`}
					x={MARGIN.left - 5}
					y={MARGIN.top + (i - view.query + 0.5) * unit}
					dy="0.35em"
					textAnchor="end"
					className={i === place?.query ? 'on' : ''}
				>
					{tokens[i]}
				</text>
			))}
		</svg>
	);
}

/** The positions in view whose token is named: every so many, and the current one in place of its neighbours. */
function named(first: number, count: number, current: number | undefined, every: number): number[] {
	return range(count)
		.map((i) => first + i)
		.filter((i) => i === current || (i % every === 0 && (current === undefined || Math.abs(i - current) >= every)));
}
