import { descriptorsOn, INTERVENTIONS, type Intervention } from '../../experiment/interventions';
import type { AnyEdit, ModelSwitch, Target } from '../../experiment/interventions/descriptor';
import { type Edit, isOn, numberAt, setNumber, setSwitch, togglePlace } from '../../experiment/interventions/edits';
import { useTip } from '../shared/tip';
import { NumberControl } from './NumberControl';
import { lambdaText, type PlaceNames, placeText } from './placeText';

export interface ControlProps {
	intervention: Intervention;
	names: PlaceNames;
	onEdit(edit: Edit): void;
}

/** Weights on values, a slider and a number each. */
export function WeightControls({ intervention, names: { controls }, onEdit }: ControlProps) {
	const { range, help, formula } = INTERVENTIONS.lambdas;
	return controls.map((control) => (
		<NumberControl
			key={`${control.layer} ${control.index}`}
			label={`${control.everyLayer ? 'all' : control.layer + 1} ${control.label}`}
			name={lambdaText(control)}
			help={help}
			formula={formula}
			range={range}
			neutral={control.value}
			value={numberAt(intervention, 'lambdas', control, control.value)}
			onChange={(value) => onEdit(setNumber('lambdas', control, value, control.value))}
		/>
	));
}

/** Switches of interventions on the whole model. */
export function ModelControls({ intervention, onEdit }: ControlProps) {
	return (
		<div className="flags">
			{descriptorsOn('model').map(({ key, descriptor }) => (
				<ModelControl
					key={key}
					descriptor={descriptor}
					checked={intervention[key] === true}
					onChange={(on) => onEdit(setSwitch(key, on))}
				/>
			))}
		</div>
	);
}

function ModelControl({ descriptor, checked, onChange }: { descriptor: ModelSwitch; checked: boolean; onChange(on: boolean): void }) {
	const tip = useTip(descriptor.help, descriptor.formula);
	return (
		<label className="flag" {...tip}>
			<input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
			{descriptor.label}
		</label>
	);
}

interface PlaceProps extends ControlProps {
	target: Exclude<Target, 'weight'>;
	place: AnyEdit;
}

/** Controls of every intervention on one place: a layer, a head or a key. */
export function PlaceControls({ target, place, ...shared }: PlaceProps) {
	const name = placeText(target, place, shared.names);
	return descriptorsOn(target).map(({ key, descriptor }) => {
		const { range } = descriptor;
		if (!range)
			return descriptor.onMap ? null : (
				<Toggle
					key={key}
					text={`${descriptor.label} ${name}`}
					title={`${descriptor.help}${descriptor.shortcut ? ` (${descriptor.shortcut} on the map)` : ''}`}
					pressed={isOn(shared.intervention, key, place)}
					onToggle={() => shared.onEdit(togglePlace(key, place))}
				/>
			);
		const neutral = range.neutral ?? 0;
		return (
			<NumberControl
				key={key}
				// The row above the controls of a key names the key.
				label={target === 'key' ? descriptor.label : `${descriptor.label}, ${name}`}
				name={`${descriptor.label} of ${name}`}
				help={descriptor.help}
				formula={descriptor.formula}
				range={range}
				neutral={neutral}
				value={numberAt(shared.intervention, key, place, neutral)}
				onChange={(value) => shared.onEdit(setNumber(key, place, value, neutral))}
			/>
		);
	});
}

function Toggle({ text, title, pressed, onToggle }: { text: string; title: string; pressed: boolean; onToggle(): void }) {
	return (
		<button type="button" className="toggle" aria-pressed={pressed} title={title} onClick={onToggle}>
			{text}
		</button>
	);
}
