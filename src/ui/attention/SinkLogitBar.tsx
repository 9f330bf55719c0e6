import { useEffect, useId, useRef } from 'react';
import { formatProbability } from '../shared/format';
import { MARGIN, SINK_LOGIT } from './mapSize';
import type { MapHandlers } from './mapView';
import { cancelPaint, type MapColours, paintColumn, paintSoon } from './paint';
import type { Place, View } from './place';
import { REST } from './sinkLogit';

interface Props {
	/** The sink logit's share of each row [T], or its change. */
	shares: Float32Array;
	/** The shares are changes, on the scale of differences. */
	signed: boolean;
	view: View;
	/** Side of a cell, CSS pixels. */
	unit: number;
	colours: MapColours;
	/** The far end of the scale. */
	limit: number;
	place: Place | null;
	handlers: Pick<MapHandlers, 'onPoint'>;
}

/** The share of each row that the sink logit takes, as a column to the right of the map. It and the row's attention sum to 1. */
export function SinkLogitBar({ shares, signed, view, unit, colours, limit, place, handlers }: Props) {
	const ref = useRef<HTMLCanvasElement>(null);
	const id = useId();
	useEffect(() => {
		paintSoon(id, () => {
			const context = ref.current?.getContext('2d');
			if (context) paintColumn(context, shares, signed, limit, colours);
		});
	}, [id, shares, signed, limit, colours]);
	useEffect(() => () => cancelPaint(id), [id]);
	const height = unit * view.count;
	const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
	const at = place && place.query >= view.query && place.query < view.query + view.count ? place.query : null;
	return (
		<div
			className="sink-logit"
			style={{ left: MARGIN.left + unit * view.count + SINK_LOGIT.gap, top: MARGIN.top, width: SINK_LOGIT.width, height }}
			role="img"
			aria-label={`Sink logit: ${signed ? 'a change of ' : ''}${formatProbability(mean)} of a row on average`}
			title={REST}
			onPointerMove={(event) => {
				const row = Math.floor((event.clientY - event.currentTarget.getBoundingClientRect().top) / unit);
				const query = view.query + Math.min(view.count - 1, Math.max(0, row));
				handlers.onPoint({ query, key: Math.min(query, place?.key ?? 0) });
			}}
			onPointerLeave={() => handlers.onPoint(null)}
		>
			<span className="sink-logit-name">sink logit</span>
			<div className="sink-logit-cells">
				<canvas
					ref={ref}
					width={1}
					height={shares.length}
					className="map"
					style={{ width: SINK_LOGIT.width, height: unit * shares.length, marginTop: -view.query * unit }}
				/>
				{at !== null && <span className="cell-row" style={{ top: (at - view.query) * unit, height: Math.max(1, unit) }} />}
			</div>
		</div>
	);
}
