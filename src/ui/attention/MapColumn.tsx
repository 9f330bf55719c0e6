import { lazyPanel } from '../shared/dialogScripts';
import { formatCount } from '../shared/format';
import { groupStyle } from '../theme/methodStyle';
import { Swatch } from '../theme/Swatch';
import type { ColumnProps } from './mapView';
import type { Picture } from './paint';
import { usePicture, valueText } from './picture';

// There are no maps to draw before the first record or probe.
const ColumnBody = lazyPanel(() => import('./ColumnBody'));
const SinkLogitText = lazyPanel(() => import('./SinkLogitText'));

interface Props extends ColumnProps {
	focused: boolean;
	/** Text of a column without maps. */
	empty: string;
}

/** One run: its layers and heads small, one of them open, and strips with a number for each key. */
export function MapColumn({ focused, empty, ...props }: Props) {
	const { index, column, view } = props;
	const { run, role } = column;
	const { onFocus } = view.handlers;
	const picture = usePicture(column, view.drawn, view.explorer.display);
	return (
		<section
			className={`map-column ${focused ? 'focused' : ''}`}
			aria-label={`Attention of ${run.name}${role}`}
			onPointerDown={() => onFocus(index)}
			// Focus alone does not select: Tab passes through later columns on the way to this run's interventions.
			onKeyDownCapture={(event) => event.key !== 'Tab' && event.key !== 'Shift' && onFocus(index)}
		>
			<ColumnHead index={index} column={column} view={view} picture={picture} />
			{picture ? <ColumnBody {...props} picture={picture} /> : <p className="empty">{empty}</p>}
		</section>
	);
}

/** The run, the attention at the chosen cell, the step, and the button that enlarges the map. */
function ColumnHead({ index, column, view, picture }: Pick<ColumnProps, 'index' | 'column' | 'view'> & { picture: Picture | null }) {
	const { run, role, frame } = column;
	const { choices, explorer, handlers } = view;
	return (
		<div className="column-head">
			<Swatch style={groupStyle(run.info)} />
			<select
				aria-label="Run shown"
				className="map-method"
				value={run.info.group}
				onChange={(event) => handlers.onChoose(index, event.target.value)}
			>
				{choices.map(([group, name]) => (
					<option key={group} value={group}>
						{name}
						{group === run.info.group && role}
					</option>
				))}
			</select>
			<span className="spring" />
			<strong className="column-value">{valueText(column, explorer)}</strong>
			{picture && <SinkLogitText column={column} view={view} picture={picture} />}
			{frame && <span className="label">step {formatCount(frame.step)}</span>}
			{frame && (
				<button
					type="button"
					className="quiet icon enlarge"
					title="Enlarge, with the row’s numbers as a table (Enter on the map)"
					aria-label={`Enlarge the map of ${run.name}${role}`}
					onClick={() => handlers.onEnlarge(index)}
				>
					⤢
				</button>
			)}
		</div>
	);
}
