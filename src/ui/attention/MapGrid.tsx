import { memo, useMemo, useRef, useState } from 'react';
import type { Intervention } from '../../experiment/interventions';
import { SINK_THRESHOLD } from '../../experiment/measures/sink';
import { range } from '../shared/range';
import { sinkShares } from './maps';
import type { MapColours, Picture } from './paint';
import { ThumbCanvas } from './ThumbCanvas';

interface Props {
	picture: Picture;
	/** The run, for screen readers. */
	label: string;
	/** The map that is open. */
	layer: number;
	head: number;
	/** Side of a thumbnail, CSS pixels. */
	size: number;
	colours: MapColours;
	off: Intervention['headsOff'];
	/** Whether heads can be switched: at the latest step. */
	live: boolean;
	onOpen(layer: number, head: number): void;
	onToggleHead(layer: number, head: number): void;
}

/** Room for a layer's number, and above a thumbnail for its sink's mark. */
const NUMBER = 16;
const GAP = 4;

/** Width and height of a grid whose thumbnails are `size` a side, CSS pixels. */
export const gridWidth = (heads: number, size: number) => NUMBER + heads * (size + GAP);

/**
 * Layers × heads of one run as thumbnails. One tab stop; arrows move among them, Enter opens one, o switches its head off
 * and on, and so does the small switch at the corner of the one under the pointer.
 */
export const MapGrid = memo(function MapGrid(props: Props) {
	const { picture, label, layer: openLayer, head: openHead, size, colours, off, live, onOpen, onToggleHead } = props;
	const { layers, heads } = picture.maps;
	const sinks = useMemo(() => sinkShares(picture.maps), [picture.maps]);
	const grid = useRef<HTMLElement>(null);
	const [current, setCurrent] = useState<number | null>(null);
	const [hovered, setHovered] = useState<number | null>(null);
	const count = layers * heads;
	const open = Math.min(openLayer, layers - 1) * heads + Math.min(openHead, heads - 1);
	const stop = Math.min(current ?? open, count - 1);
	const switched = hovered ?? current;
	const pitch = size + GAP;

	const press = (event: React.KeyboardEvent) => {
		if (event.key === 'o' && live) {
			onToggleHead(Math.floor(stop / heads), stop % heads);
			return;
		}
		const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -heads, ArrowDown: heads }[event.key];
		if (!step) return;
		event.preventDefault();
		const next = stop + step;
		if (next < 0 || next >= count) return;
		setCurrent(next);
		grid.current?.querySelectorAll<HTMLButtonElement>('.thumb')[next]?.focus();
	};
	return (
		<section
			ref={grid}
			className="map-grid"
			aria-label={`Layers and heads of ${label}`}
			style={{ width: gridWidth(heads, size), height: NUMBER + layers * pitch }}
			onKeyDown={press}
			onPointerLeave={() => setHovered(null)}
			onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || setCurrent(null)}
		>
			{range(heads).map((head) => (
				<span key={`head ${head}`} className="axis" aria-hidden="true" style={{ left: NUMBER + head * pitch, top: 0, width: size }}>
					{size >= 40 ? `head ${head + 1}` : head + 1}
				</span>
			))}
			{range(layers).map((layer) => (
				<span
					key={`layer ${layer}`}
					className="axis"
					aria-hidden="true"
					style={{ left: 0, top: NUMBER + layer * pitch, height: size, width: NUMBER - 3 }}
				>
					{layer + 1}
				</span>
			))}
			<div className="thumbs-room" style={{ left: NUMBER, top: NUMBER }}>
				<ThumbCanvas picture={picture} size={size} pitch={pitch} colours={colours} off={off} />
			</div>
			{range(count).map((i) => (
				<Thumb
					key={i}
					index={i}
					heads={heads}
					size={size}
					sink={sinks[i] > SINK_THRESHOLD}
					off={off.some((edit) => edit.layer * heads + edit.head === i)}
					open={i === open}
					stop={i === stop}
					onOpen={onOpen}
					onFocus={setCurrent}
					onHover={setHovered}
				/>
			))}
			{live && switched !== null && switched < count && (
				<button
					type="button"
					className="head-switch"
					tabIndex={-1}
					style={{ left: NUMBER + (switched % heads) * pitch + size - 9, top: NUMBER + Math.floor(switched / heads) * pitch - 5 }}
					title="Switch this head off or on (o)"
					aria-label={`Switch layer ${Math.floor(switched / heads) + 1}, head ${(switched % heads) + 1} off or on`}
					onClick={() => onToggleHead(Math.floor(switched / heads), switched % heads)}
				/>
			)}
		</section>
	);
});

interface ThumbProps {
	/** Place in the grid, row by row. */
	index: number;
	heads: number;
	size: number;
	sink: boolean;
	off: boolean;
	open: boolean;
	/** The grid's one tab stop. */
	stop: boolean;
	onOpen(layer: number, head: number): void;
	onFocus(index: number): void;
	onHover(index: number): void;
}

/** One thumbnail's button above the canvas. Drawn again only when what it says is different, not with every probe. */
const Thumb = memo(function Thumb({ index, heads, size, sink, off, open, stop, onOpen, onFocus, onHover }: ThumbProps) {
	const [layer, head] = [Math.floor(index / heads), index % heads];
	return (
		<button
			type="button"
			className={`thumb ${sink ? 'sink' : ''} ${open ? 'open' : ''}`}
			style={{ left: NUMBER + head * (size + GAP), top: NUMBER + layer * (size + GAP), width: size, height: size }}
			tabIndex={stop ? 0 : -1}
			aria-pressed={open}
			aria-label={`Layer ${layer + 1}, head ${head + 1}${sink ? ', a sink on the first token' : ''}${off ? ', switched off' : ''}`}
			onClick={() => onOpen(layer, head)}
			onFocus={() => onFocus(index)}
			onPointerEnter={() => onHover(index)}
		/>
	);
});
