import { memo, useEffect, useId, useRef } from 'react';
import type { Intervention } from '../../experiment/interventions';
import { cancelPaint, type MapColours, type Picture, paintMap, paintSoon } from './paint';

interface Props {
	picture: Picture;
	/** Side of a thumbnail, and from one to the next, CSS pixels. */
	size: number;
	pitch: number;
	colours: MapColours;
	/** Heads that are switched off: their thumbnails are struck out. */
	off: Intervention['headsOff'];
}

/**
 * Every layer's and head's map of one run on one canvas. A canvas each would be a hundred canvases to compose
 * again with every probe. Painted map by map, a few milliseconds per frame.
 */
export const ThumbCanvas = memo(function ThumbCanvas({ picture, size, pitch, colours, off }: Props) {
	const ref = useRef<HTMLCanvasElement>(null);
	const id = useId();
	const { layers, heads } = picture.maps;
	const width = pitch * (heads - 1) + size;
	const height = pitch * (layers - 1) + size;
	useEffect(() => {
		const canvas = ref.current;
		const context = canvas?.getContext('2d');
		if (!canvas || !context) return;
		const ratio = devicePixelRatio;
		const side = Math.max(1, Math.round(size * ratio));
		const at = (place: number) => Math.round(place * pitch * ratio);
		const [across, down] = [at(heads - 1) + side, at(layers - 1) + side];
		if (canvas.width !== across || canvas.height !== down) {
			canvas.width = across;
			canvas.height = down;
		}
		for (let layer = 0; layer < layers; layer++) {
			for (let head = 0; head < heads; head++) {
				const square = { left: at(head), top: at(layer), side };
				paintSoon(`${id} ${layer} ${head}`, () => {
					paintMap(context, square, picture, layer, head, colours);
					if (off.some((edit) => edit.layer === layer && edit.head === head)) strikeOut(context, square, getComputedStyle(canvas).color);
				});
			}
		}
	}, [id, picture, size, pitch, colours, off, layers, heads]);
	useEffect(() => () => cancelPaint(id), [id]);
	return <canvas ref={ref} width={1} height={1} className="thumbs" style={{ width, height }} />;
});

function strikeOut(
	context: CanvasRenderingContext2D,
	{ left, top, side }: { left: number; top: number; side: number },
	colour: string,
): void {
	context.strokeStyle = colour;
	context.lineWidth = Math.max(1.5, side / 16);
	context.beginPath();
	context.moveTo(left, top);
	context.lineTo(left + side, top + side);
	context.moveTo(left + side, top);
	context.lineTo(left, top + side);
	context.stroke();
}
