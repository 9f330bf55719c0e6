import { useEffect, useRef } from 'react';
import type { AttentionMaps } from '../../session/client/protocol';
import { colourTable, type ScaleName, type Shade } from '../style/attentionScale';
import { paintMap, paintSoon } from './paint';

interface Props {
	maps: AttentionMaps;
	layer: number;
	head: number;
	/** Side on the page, CSS pixels. */
	size: number;
	scale: ScaleName;
	shade: Shade;
}

/** One layer's and head's attention: row = query, column = key. Says nothing to screen readers; its owner does. */
export function MapCanvas({ maps, layer, head, size, scale, shade }: Props) {
	const ref = useRef<HTMLCanvasElement>(null);
	useEffect(() => {
		const canvas = ref.current;
		if (!canvas || layer >= maps.layers || head >= maps.heads) return;
		paintSoon(canvas, () => paintMap(canvas, maps, layer, head, colourTable(scale, shade), size * devicePixelRatio));
	}, [maps, layer, head, size, scale, shade]);
	return <canvas ref={ref} width={1} height={1} className="map" style={{ width: size, height: size }} />;
}
