import { Popover } from '../shared/Popover';
import { useTip } from '../shared/tip';
import { RangeFields } from './RangeFields';
import type { ChartView } from './view';
import { X_AXES, X_TEXT, type XAxis } from './xAxis';

interface Props {
	view: ChartView;
	/** The whole x axis, in its units. */
	extent: readonly [number, number];
	/** Reason why the y axis can't be logarithmic; null if it can. */
	logYProblem: string | null;
	onChange(change: Partial<ChartView>): void;
}

/** Settings of the curves: axes, seeds and the range shown. */
export function ViewOptions({ view, extent, logYProblem, onChange }: Props) {
	return (
		<Popover label="Axes">
			<label className="inline">
				Over
				<select value={view.x} onChange={(event) => onChange({ x: event.target.value as XAxis, zoom: null })}>
					{X_AXES.map((axis) => (
						<option key={axis} value={axis}>
							{X_TEXT[axis].title}
						</option>
					))}
				</select>
			</label>
			<Check label={`Log ${X_TEXT[view.x].short}`} checked={view.logX} onChange={(logX) => onChange({ logX })} />
			<Check label="Log values" checked={view.logY && logYProblem === null} problem={logYProblem} onChange={(logY) => onChange({ logY })} />
			<Check label="Seeds one by one" checked={view.single} onChange={(single) => onChange({ single })} />
			<RangeFields zoom={view.zoom} extent={extent} unit={X_TEXT[view.x].title} onChange={(zoom) => onChange({ zoom })} />
		</Popover>
	);
}

interface CheckProps {
	label: string;
	checked: boolean;
	/** Reason why it can't be chosen; null or absent if it can. */
	problem?: string | null;
	onChange(checked: boolean): void;
}

function Check({ label, checked, problem = null, onChange }: CheckProps) {
	const tip = useTip(problem ?? '');
	return (
		<div>
			<label className="inline" {...(problem ? tip : {})}>
				<input
					type="checkbox"
					checked={checked}
					aria-disabled={problem !== null}
					onChange={(event) => problem === null && onChange(event.target.checked)}
				/>
				{label}
			</label>
			{problem && <p className="label">{problem}</p>}
		</div>
	);
}
