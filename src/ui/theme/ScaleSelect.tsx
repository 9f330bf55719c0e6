import type { ScaleName } from './attentionScale';

/** The choice of how a probability becomes a place on the scale of colours. */
export function ScaleSelect({ scale, onScale }: { scale: ScaleName; onScale(scale: ScaleName): void }) {
	return (
		<label className="inline">
			Scale
			<select value={scale} onChange={(event) => onScale(event.target.value as ScaleName)}>
				<option value="root">square root</option>
				<option value="linear">linear</option>
				<option value="log">logarithmic</option>
			</select>
		</label>
	);
}
