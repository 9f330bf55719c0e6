import { memo, useMemo, useRef, useState } from 'react';
import type { AttentionMaps } from '../../session/client/protocol';
import { formatShare } from '../format';
import { range } from '../range';
import type { ScaleName, Shade } from '../style/attentionScale';
import { MapCanvas } from './MapCanvas';
import { type Cell, SINK_THRESHOLD, sinkShares } from './maps';

interface Props {
	maps: AttentionMaps;
	/** The method, for screen readers. */
	label: string;
	/** Side of a thumbnail, CSS pixels. */
	size: number;
	scale: ScaleName;
	shade: Shade;
	onHover(cell: Cell | null): void;
	onOpen(run: string, layer: number, head: number): void;
}

/** Layers × heads of one run as thumbnails. One tab stop; arrows move among them, Enter opens one. */
export const MapGrid = memo(function MapGrid({ maps, label, size, scale, shade, onHover, onOpen }: Props) {
	const sinks = useMemo(() => sinkShares(maps), [maps]);
	const grid = useRef<HTMLElement>(null);
	const [current, setCurrent] = useState(0);
	const count = maps.layers * maps.heads;
	const stop = Math.min(current, count - 1);

	const move = (event: React.KeyboardEvent) => {
		const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -maps.heads, ArrowDown: maps.heads }[event.key];
		if (!step) return;
		event.preventDefault();
		const next = stop + step;
		if (next < 0 || next >= count) return;
		setCurrent(next);
		grid.current?.querySelectorAll<HTMLButtonElement>('button')[next]?.focus();
	};
	const cellAt = (event: React.PointerEvent, layer: number, head: number): Cell => {
		const rect = event.currentTarget.querySelector('canvas')?.getBoundingClientRect() ?? event.currentTarget.getBoundingClientRect();
		const place = (at: number, from: number) =>
			Math.min(maps.length - 1, Math.max(0, Math.floor(((at - from) / rect.width) * maps.length)));
		return { layer, head, query: place(event.clientY, rect.top), key: place(event.clientX, rect.left) };
	};
	return (
		<section
			ref={grid}
			className="map-grid"
			aria-label={`Attention of ${label}`}
			style={{ gridTemplateColumns: `auto repeat(${maps.heads}, ${size}px)` }}
			onKeyDown={move}
			onPointerLeave={() => onHover(null)}
		>
			<span />
			{range(maps.heads).map((head) => (
				<span key={head} className="label axis" aria-hidden="true">
					{size >= 44 ? `head ${head + 1}` : head + 1}
				</span>
			))}
			{range(count).map((i) => {
				const layer = Math.floor(i / maps.heads);
				const head = i % maps.heads;
				const sink = sinks[i] > SINK_THRESHOLD;
				return [
					head === 0 && (
						<span key={`layer ${layer}`} className="label axis row" aria-hidden="true">
							{size >= 44 ? `layer ${layer + 1}` : layer + 1}
						</span>
					),
					<button
						key={i}
						type="button"
						className="thumb"
						tabIndex={i === stop ? 0 : -1}
						onClick={() => onOpen(maps.run, layer, head)}
						onFocus={() => setCurrent(i)}
						onPointerMove={(event) => onHover(cellAt(event, layer, head))}
						aria-label={`Layer ${layer + 1}, head ${head + 1}: ${formatShare(sinks[i])} of attention to the first token${sink ? ', a sink' : ''}`}
					>
						<span className={`sink-mark ${sink ? 'on' : ''}`} style={{ width: Math.max(6, size / maps.length) }} />
						<MapCanvas maps={maps} layer={layer} head={head} size={size} scale={scale} shade={shade} />
					</button>,
				];
			})}
		</section>
	);
});
