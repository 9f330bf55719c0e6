import { useEffect, useId, useRef } from 'react';
import { type Look, type Picture, paintMap, paintNoMore, paintSoon } from './paint';

interface Props {
	picture: Picture;
	layer: number;
	head: number;
	/** Side on the page, CSS pixels. */
	size: number;
	look: Look;
}

/** One layer's and head's attention: row = query, column = key. Says nothing to screen readers; its owner does. */
export function MapCanvas({ picture, layer, head, size, look }: Props) {
	const ref = useRef<HTMLCanvasElement>(null);
	const id = useId();
	useEffect(() => {
		const { maps } = picture;
		// A pixel a cell is enough where a cell is larger: the page enlarges them without smoothing.
		const side = Math.max(1, Math.min(maps.length, Math.round(size * devicePixelRatio)));
		paintSoon(id, () => {
			const canvas = ref.current;
			const context = canvas?.getContext('2d');
			if (!canvas || !context || layer >= maps.layers || head >= maps.heads) return;
			if (canvas.width !== side) {
				canvas.width = side;
				canvas.height = side;
			}
			paintMap(context, { left: 0, top: 0, side }, picture, layer, head, look);
		});
	}, [id, picture, layer, head, size, look]);
	useEffect(() => () => paintNoMore(id), [id]);
	return <canvas ref={ref} width={1} height={1} className="map" style={{ width: size, height: size }} />;
}
