import { memo, useMemo, useRef, useState } from 'react';
import { INTERVENTIONS, type Intervention } from '../../experiment/interventions';
import { SINK_THRESHOLD } from '../../experiment/measures/sink';
import { handleKey } from '../actions/action';
import { GRID_ACTIONS, type GridContext } from '../actions/attentionActions';
import { range } from '../shared/range';
import { sinkShares } from './maps';
import type { MapColours, Picture } from './paint';
import { ThumbCanvas } from './ThumbCanvas';

interface Props {
	picture: Picture;
	/** The run, for screen readers. */
	label: string;
	/** The open map. */
	layer: number;
	head: number;
	/** Side of a thumbnail, CSS pixels. */
	size: number;
	colours: MapColours;
	off: Intervention['headsOff'];
	/** True if heads can be switched: at the latest step. */
	live: boolean;
	onOpen(layer: number, head: number): void;
	onToggleHead(layer: number, head: number): void;
}

/** Width of a layer's number, and height of a sink's mark above a thumbnail. */
const NUMBER = 16;
const GAP = 4;

/** Width of a grid of thumbnails of `size`, CSS pixels. */
export const gridWidth = (heads: number, size: number) => NUMBER + heads * (size + GAP);

/**
 * Layers × heads of one run as thumbnails. One tab stop; arrows move among them, Enter opens one, a key switches its
 * head off and on, and so does the small switch at the corner of the one under the pointer.
 */
export const MapGrid = memo(function MapGrid(props: Props) {
	const { picture, label, layer: openLayer, head: openHead, size, colours, off, live, onOpen, onToggleHead } = props;
	const { layers, heads } = picture.maps;
	const sinks = useMemo(() => sinkShares(picture.attention), [picture]);
	const grid = useRef<HTMLElement>(null);
	const [current, setCurrent] = useState<number | null>(null);
	const [hovered, setHovered] = useState<number | null>(null);
	const count = layers * heads;
	const open = Math.min(openLayer, layers - 1) * heads + Math.min(openHead, heads - 1);
	const stop = Math.min(current ?? open, count - 1);
	const switched = hovered ?? current;
	const pitch = size + GAP;

	const press = (event: React.KeyboardEvent) => {
		const context: GridContext = {
			locked: live ? '' : 'The run cannot be changed.',
			cell: false,
			move(right, down) {
				const next = stop + right + down * heads;
				if (next < 0 || next >= count) return;
				setCurrent(next);
				grid.current?.querySelectorAll<HTMLButtonElement>('.thumb')[next]?.focus();
			},
			toggle: (key) => key === 'headsOff' && onToggleHead(Math.floor(stop / heads), stop % heads),
		};
		handleKey(GRID_ACTIONS, context, event);
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
			<Axes layers={layers} heads={heads} size={size} />
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
				<HeadSwitch layer={Math.floor(switched / heads)} head={switched % heads} size={size} onToggleHead={onToggleHead} />
			)}
		</section>
	);
});

/** Numbers of the heads above the thumbnails, and of the layers on their left. */
function Axes({ layers, heads, size }: { layers: number; heads: number; size: number }) {
	const pitch = size + GAP;
	return (
		<>
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
		</>
	);
}

interface HeadSwitchProps {
	layer: number;
	head: number;
	size: number;
	onToggleHead(layer: number, head: number): void;
}

/** The small button at the corner of the thumbnail under the pointer. */
function HeadSwitch({ layer, head, size, onToggleHead }: HeadSwitchProps) {
	const pitch = size + GAP;
	return (
		<button
			type="button"
			className="head-switch"
			tabIndex={-1}
			style={{ left: NUMBER + head * pitch + size - 9, top: NUMBER + layer * pitch - 5 }}
			title={`Switch this head off or on (${INTERVENTIONS.headsOff.shortcut})`}
			aria-label={`Switch layer ${layer + 1}, head ${head + 1} off or on`}
			onClick={() => onToggleHead(layer, head)}
		/>
	);
}

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

/** One thumbnail's button above the canvas. Renders only when its label changes, not with every probe. */
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
