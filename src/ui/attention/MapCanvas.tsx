import { useEffect, useId, useRef } from 'react';
import { cancelPaint, type MapColours, type Picture, paintMap, paintSoon } from './paint';

interface Props {
	picture: Picture;
	layer: number;
	head: number;
	/** Side on the page, CSS pixels. */
	size: number;
	colours: MapColours;
}

/** One layer's and head's attention: row = query, column = key. Its owner describes it to screen readers. */
export function MapCanvas({ picture, layer, head, size, colours }: Props) {
	const ref = useRef<HTMLCanvasElement>(null);
	const id = useId();
	useEffect(() => {
		const { maps } = picture;
		// One pixel per cell is enough if a cell is larger: the page enlarges them without smoothing.
		const side = Math.max(1, Math.min(maps.length, Math.round(size * devicePixelRatio)));
		paintSoon(id, () => {
			const canvas = ref.current;
			const context = canvas?.getContext('2d');
			if (!canvas || !context || layer >= maps.layers || head >= maps.heads) return;
			if (canvas.width !== side) {
				canvas.width = side;
				canvas.height = side;
			}
			paintMap(context, { left: 0, top: 0, side }, picture, layer, head, colours);
		});
	}, [id, picture, layer, head, size, colours]);
	useEffect(() => () => cancelPaint(id), [id]);
	return <canvas ref={ref} width={1} height={1} className="map" style={{ width: size, height: size }} />;
}
