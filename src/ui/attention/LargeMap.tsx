import { memo, useEffect, useRef } from 'react';
import type { AttentionMaps } from '../../session/client/protocol';
import type { Size } from '../hooks';
import { range } from '../range';
import type { ScaleName, Shade } from '../style/attentionScale';
import { MapCanvas } from './MapCanvas';
import { type Cell, cellWords } from './maps';

interface Props {
	maps: AttentionMaps;
	layer: number;
	head: number;
	query: number;
	/** The key's position. */
	at: number;
	/** Where it must fit. */
	room: Size;
	scale: ScaleName;
	shade: Shade;
	onMove(place: { query: number; key: number }): void;
}

/** Room for the token names. */
const MARGIN = 34;

/** A map with its tokens on both axes. The pointer or the arrow keys move the cell; its row and column are outlined. */
export const LargeMap = memo(function LargeMap({ maps, layer, head, query, at: key, room, scale, shade, onMove }: Props) {
	const cell: Cell = { layer, head, query, key };
	const n = maps.length;
	const side = Math.min(room.width, room.height || room.width) - MARGIN;
	const unit = Math.max(2, Math.min(36, side >= n ? Math.floor(side / n) : side / n));
	const size = unit * n;
	const focus = useRef<HTMLDivElement>(null);
	useEffect(() => {
		// A dialog gives the focus to what asks for it when it becomes modal; later one must take it.
		focus.current?.setAttribute('autofocus', '');
		if (focus.current?.closest('[data-modal]')) focus.current.focus();
	}, []);

	const move = (event: React.KeyboardEvent) => {
		const steps: Record<string, [number, number]> = {
			ArrowUp: [-1, 0],
			ArrowDown: [1, 0],
			ArrowLeft: [0, -1],
			ArrowRight: [0, 1],
			Home: [0, -n],
			End: [0, n],
			PageUp: [-10, 0],
			PageDown: [10, 0],
		};
		const step = steps[event.key];
		if (!step) return;
		event.preventDefault();
		const clamp = (value: number, most: number) => Math.min(most, Math.max(0, value));
		const nextQuery = clamp(query + step[0], n - 1);
		onMove({ query: nextQuery, key: clamp(key + step[1], nextQuery) });
	};
	const point = (event: React.PointerEvent) => {
		const rect = event.currentTarget.getBoundingClientRect();
		const place = (at: number, from: number) => Math.min(n - 1, Math.max(0, Math.floor((at - from) / unit)));
		onMove({ query: place(event.clientY, rect.top), key: place(event.clientX, rect.left) });
	};
	const every = Math.ceil(10 / unit);
	return (
		<div
			ref={focus}
			className="large-map"
			role="application"
			// biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move the cell, as the role announces
			tabIndex={0}
			onKeyDown={move}
			style={{ width: size + MARGIN, height: size + MARGIN }}
			aria-label={`Attention map, ${cellWords(maps, cell)}. Arrow keys move the cell.`}
		>
			<svg className="tokens" width={size + MARGIN} height={size + MARGIN} aria-hidden="true">
				{named(n, key, every).map((i) => (
					<text
						key={`key ${i}`}
						x={MARGIN + (i + (i === 0 ? 1 : 0.5)) * unit}
						y={MARGIN - 6}
						textAnchor={i === 0 ? 'end' : 'middle'}
						className={i === key ? 'on' : ''}
					>
						{maps.tokens[i]}
					</text>
				))}
				{named(n, query, every).map((i) => (
					<text
						key={`query ${i}`}
						x={MARGIN - 6}
						y={MARGIN + (i + 0.5) * unit}
						dy="0.35em"
						textAnchor="end"
						className={i === query ? 'on' : ''}
					>
						{maps.tokens[i]}
					</text>
				))}
				<text x={2} y={10} className="axis-name">
					key →
				</text>
			</svg>
			<div
				className="large-map-cells"
				style={{ left: MARGIN, top: MARGIN, width: size, height: size }}
				onPointerMove={(event) => event.pointerType === 'mouse' && point(event)}
				onPointerDown={point}
			>
				<MapCanvas maps={maps} layer={layer} head={head} size={size} scale={scale} shade={shade} />
				<span className="cell-row" style={{ top: query * unit, height: unit }} />
				<span className="cell-column" style={{ left: key * unit, width: unit }} />
			</div>
		</div>
	);
});

/** The positions whose token is named: every so many, and the current one in place of its neighbours. */
function named(length: number, current: number, every: number): number[] {
	return range(length).filter((i) => i === current || (i % every === 0 && Math.abs(i - current) >= every));
}
