import { useTip } from '../shared/tip';
import { DISPLAY_NAMES, DISPLAYS, type Display } from './display';

interface Props {
	display: Display;
	onDisplay(display: Display): void;
}

/** What the maps show, with its explanation. */
export function DisplayChoice({ display, onDisplay }: Props) {
	const { help, formula } = DISPLAYS[display];
	const tip = useTip(help, formula);
	return (
		<label className="inline">
			Show
			<select value={display} onChange={(event) => onDisplay(event.target.value as Display)} {...tip}>
				{DISPLAY_NAMES.map((name) => (
					<option key={name} value={name}>
						{DISPLAYS[name].option}
					</option>
				))}
			</select>
		</label>
	);
}
