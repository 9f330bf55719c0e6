import { memo, useState } from 'react';
import type { RunView } from '../../session/client/store/labSnapshot';
import { ActionButton } from '../actions/ActionButton';
import { perform } from '../actions/action';
import { WRITING_ACTIONS, type WritingContext } from '../actions/writingActions';
import { list } from '../shared/format';
import { useClient, useStore } from '../shared/useLab';
import { Prompt } from './Prompt';
import { INITIAL, readSettings, SETTINGS, type SettingName, type Typed } from './settings';
import { TextColumn } from './TextColumn';

interface Props {
	runs: readonly RunView[];
	/** Whether the models are on the GPU: compiled, and not gone. */
	ready: boolean;
}

/** Every method, and every fork, writes on from one prompt, side by side. Closed at first: it lies below what the page is about. */
export const WritingPanel = memo(function WritingPanel({ runs, ready }: Props) {
	const { generation } = useClient();
	const view = useStore(generation);
	const [prompt, setPrompt] = useState('');
	const [typed, setTyped] = useState<Typed>(INITIAL);
	const [seed, setSeed] = useState<number | null>(null);
	/** Groups that are not ticked. */
	const [left, setLeft] = useState<readonly string[]>([]);
	if (runs.length === 0) return null;

	const seeds = [...new Set(runs.map((run) => run.info.seed))];
	const chosenSeed = seed !== null && seeds.includes(seed) ? seed : seeds[0];
	const columns = runs.filter((run) => run.info.seed === chosenSeed);
	const writers = columns.filter((run) => !left.includes(run.info.group));
	const { values, errors } = readSettings(typed);
	const wrong = Object.values(errors);
	const why = !ready
		? 'The models can write as soon as they are on the GPU.'
		: writers.length === 0
			? 'Tick at least one of them.'
			: wrong.length > 0
				? wrong[0]
				: '';
	const context: WritingContext = {
		refusal: why,
		busy: view.waiting.length > 0,
		write: () => generation.write({ ...values, prompt, runs: writers.map((run) => ({ id: run.info.id, step: run.step })) }),
		stop: () => generation.stop(),
	};
	const toggle = (group: string) =>
		setLeft((before) => (before.includes(group) ? before.filter((other) => other !== group) : [...before, group]));
	return (
		<details
			className="panel writing"
			onToggle={(event) => event.currentTarget.open && event.currentTarget.scrollIntoView?.({ block: 'nearest' })}
		>
			<summary>
				<h2>Writing</h2>{' '}
				<span className="label">
					let {list(columns.map((run) => run.info.label).slice(0, 3))}
					{columns.length > 3 ? ' and the others' : ''} write on from a prompt
				</span>
			</summary>
			<form
				className="writing-form"
				onSubmit={(event) => {
					event.preventDefault();
					perform(WRITING_ACTIONS.write, context);
				}}
			>
				<Prompt value={prompt} problem={view.problem} context={context} onChange={setPrompt} />
				<div className="writing-settings">
					{SETTINGS.map((setting) => (
						<SettingField
							key={setting.name}
							name={setting.name}
							text={typed[setting.name]}
							error={errors[setting.name]}
							onType={(name, text) => setTyped((before) => ({ ...before, [name]: text }))}
						/>
					))}
					{seeds.length > 1 && (
						<label className="writing-setting">
							<span className="label">Model seed</span>
							<select value={chosenSeed} onChange={(event) => setSeed(Number(event.target.value))}>
								{seeds.map((value) => (
									<option key={value}>{value}</option>
								))}
							</select>
						</label>
					)}
					<button type="submit" aria-disabled={why !== ''} aria-describedby="writing-why">
						Write
					</button>
					<ActionButton action={WRITING_ACTIONS.stop} context={context} />
				</div>
				<p id="writing-why" className="label" role="status">
					{why}
				</p>
			</form>
			<div className="writing-columns">
				{columns.map((run) => (
					<TextColumn
						key={run.info.id}
						info={run.info}
						diverged={run.divergedAt !== null}
						written={view.texts.get(run.info.id) ?? null}
						place={view.waiting.indexOf(run.info.id)}
						checked={!left.includes(run.info.group)}
						onToggle={toggle}
					/>
				))}
			</div>
		</details>
	);
});

interface SettingProps {
	name: SettingName;
	text: string;
	error?: string;
	onType(name: SettingName, text: string): void;
}

function SettingField({ name, text, error, onType }: SettingProps) {
	const { label, help, integer, min, max } = SETTINGS.find((setting) => setting.name === name) as (typeof SETTINGS)[number];
	const id = `writing-${name}`;
	return (
		<div className="writing-setting">
			<label htmlFor={id} className="label">
				{label}
			</label>
			<input
				id={id}
				type="text"
				inputMode={integer ? 'numeric' : 'decimal'}
				autoComplete="off"
				value={text}
				title={`${help} From ${min} to ${max}.`}
				aria-invalid={error ? true : undefined}
				aria-describedby={error ? 'writing-why' : undefined}
				onChange={(event) => onType(name, event.target.value)}
			/>
		</div>
	);
}
