import { useEffect, useRef } from 'react';
import { DISPLAYS, type Display } from './display';
import { MapCanvas } from './MapCanvas';
import { MARGIN, roomOf } from './mapSize';
import { cellText } from './maps';
import type { MapHandlers } from './mapView';
import type { MapColours, Picture } from './paint';
import type { Place, View } from './place';
import { SinkLogitBar } from './SinkLogitBar';
import { TokenNames } from './TokenNames';
import { placeAt, useMapPointer } from './useMapPointer';

interface Props {
	picture: Picture;
	layer: number;
	head: number;
	view: View;
	/** Side of a cell, CSS pixels. */
	unit: number;
	place: Place | null;
	locked: boolean;
	colours: MapColours;
	display: Display;
	/** The run, and the attention at the cell: for screen readers. */
	label: string;
	value: string;
	masked: readonly number[];
	/** The head has a sink on the first token: its column is marked. */
	sink: boolean;
	/** The sink logit's share of each row [T]; null without one. */
	logit: Float32Array | null;
	/** The far end of the colour scale. */
	limit: number;
	handlers: MapHandlers;
	/** Takes the focus when its dialog is modal. */
	focused?: boolean;
}

/** A map with its tokens on both axes. The pointer or the arrow keys choose the cell; its row and column are outlined. */
export function LargeMap(props: Props) {
	const { picture, layer, head, view, unit, place, locked, label, value, display, logit, handlers, focused = false } = props;
	const { maps } = picture;
	const size = unit * view.count;
	const ref = useFocusInDialog(focused);
	const cell = place ? `${cellText(maps, { layer, head, ...place })}: ${value}` : `layer ${layer + 1}, head ${head + 1}`;
	return (
		<div
			ref={ref}
			className={`large-map ${locked ? 'locked' : ''}`}
			role="application"
			// biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move the cell, as the role announces
			tabIndex={0}
			onKeyDown={(event) => handlers.onKey(event, maps.length)}
			style={{ width: size + MARGIN.left + roomOf(logit), height: size + MARGIN.top }}
			aria-label={`${display === 'attention' ? 'Attention map' : `Map of ${DISPLAYS[display].label}`} of ${label}, ${cell}. Arrow keys move the cell.`}
		>
			<TokenNames tokens={maps.tokens} view={view} unit={unit} place={place} />
			<KeyHeads {...props} />
			<Cells {...props} />
			{logit && <SinkLogitBar {...props} shares={logit} signed={picture.minus !== null} />}
		</div>
	);
}

/** Takes the focus once the dialog around the element is modal. */
function useFocusInDialog(focused: boolean) {
	const ref = useRef<HTMLDivElement>(null);
	useEffect(() => {
		if (!focused) return;
		// A dialog gives the focus to its autofocus element when it becomes modal; after that the element must take it.
		ref.current?.setAttribute('autofocus', '');
		if (ref.current?.closest('[data-modal]')) ref.current.focus();
	}, [focused]);
	return ref;
}

const inView = (from: number, at: number, count: number) => at >= from && at < from + count;

/** The strip above the columns, with the marks of masked keys. A click masks a key. */
function KeyHeads({ picture, view, unit, place, masked, sink, handlers }: Props) {
	const last = picture.maps.length - 1;
	return (
		// biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard masks the cell's key with its shortcut
		// biome-ignore lint/a11y/noStaticElementInteractions: the same
		<div
			className={`key-heads ${handlers.onMask ? 'live' : ''}`}
			style={{ left: MARGIN.left, top: MARGIN.top - 11, width: unit * view.count, height: 11 }}
			title={handlers.onMask && 'Click to mask the key of this column'}
			onPointerMove={(event) => handlers.onPoint({ query: place?.query ?? last, key: placeAt(event, view, unit).key })}
			onPointerLeave={() => handlers.onPoint(null)}
			onClick={(event) => handlers.onMask?.(placeAt(event, view, unit).key)}
		>
			{sink && view.key === 0 && <span className="sink-mark" style={{ left: unit / 2 }} title="A sink on the first token" />}
			{masked
				.filter((key) => inView(view.key, key, view.count))
				.map((key) => (
					<span key={key} className="masked-mark" style={{ left: (key - view.key + 0.5) * unit }}>
						×
					</span>
				))}
		</div>
	);
}

/** The part of the map in view, with the chosen cell's row and column. */
function Cells({ picture, layer, head, view, unit, place, colours, handlers }: Props) {
	const { length } = picture.maps;
	const size = unit * view.count;
	const pointer = useMapPointer(view, unit, length, handlers);
	return (
		<div
			className="large-map-cells"
			style={{ left: MARGIN.left, top: MARGIN.top, width: size, height: size, touchAction: view.count < length ? 'none' : undefined }}
			{...pointer}
		>
			<div className="map-view" style={{ left: -view.key * unit, top: -view.query * unit }}>
				<MapCanvas picture={picture} layer={layer} head={head} size={unit * length} colours={colours} />
			</div>
			{place && inView(view.query, place.query, view.count) && (
				<span className="cell-row" style={{ top: (place.query - view.query) * unit, height: Math.max(1, unit) }} />
			)}
			{place && inView(view.key, place.key, view.count) && (
				<span className="cell-column" style={{ left: (place.key - view.key) * unit, width: Math.max(1, unit) }} />
			)}
		</div>
	);
}
