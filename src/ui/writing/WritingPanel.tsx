import { memo, useCallback, useState } from 'react';
import { tokenRefusal } from '../../experiment/tasks';
import type { RunView } from '../../session/client/store/labSnapshot';
import { ActionButton } from '../actions/ActionButton';
import { labelOf, perform } from '../actions/action';
import { WRITING_ACTIONS, type WritingContext } from '../actions/writingActions';
import { list, sentence } from '../shared/format';
import { useClient, useStore } from '../shared/useLab';
import { Prompt } from './Prompt';
import { INITIAL, readSettings, SETTINGS, type SettingName, type Typed } from './settings';
import { TextColumn } from './TextColumn';
import './writing.css';

interface Props {
	runs: readonly RunView[];
	/** The models are on the GPU. */
	ready: boolean;
}

/** Every method and fork continues one prompt, side by side. Closed at first, because it is not the page's subject. */
export default memo(function WritingPanel({ runs, ready }: Props) {
	const form = useWritingForm(runs, ready);
	const { columns, view, unticked, toggle } = form;
	if (runs.length === 0) return null;
	return (
		<details
			className="panel writing"
			onToggle={(event) => event.currentTarget.open && event.currentTarget.scrollIntoView?.({ block: 'nearest' })}
		>
			<summary>
				<h2>Writing</h2>{' '}
				<span className="label">
					{list(columns.map((run) => run.info.label).slice(0, 3))}
					{columns.length > 3 ? ' and the others' : ''} continue your prompt
				</span>
			</summary>
			<WritingForm form={form} />
			<div className="writing-columns">
				{columns.map((run) => (
					<TextColumn
						key={run.info.id}
						info={run.info}
						diverged={run.divergedAt !== null}
						written={view.texts.get(run.info.id) ?? null}
						place={view.waiting.indexOf(run.info.id)}
						checked={!unticked.includes(run.info.group)}
						onToggle={toggle}
					/>
				))}
			</div>
		</details>
	);
});

type Form = ReturnType<typeof useWritingForm>;

/** The settings, the runs that write, and the command to write. */
function useWritingForm(runs: readonly RunView[], ready: boolean) {
	const { generation } = useClient();
	const view = useStore(generation);
	const [prompt, setPrompt] = useState('');
	const [typed, setTyped] = useState<Typed>(INITIAL);
	const [wantedSeed, setSeed] = useState<number | null>(null);
	/** Groups that are left out. */
	const [unticked, setUnticked] = useState<readonly string[]>([]);
	const seeds = [...new Set(runs.map((run) => run.info.seed))];
	const seed = wantedSeed !== null && seeds.includes(wantedSeed) ? wantedSeed : seeds[0];
	const columns = runs.filter((run) => run.info.seed === seed);
	const writers = columns.filter((run) => !unticked.includes(run.info.group));
	const { values, errors } = readSettings(typed);
	const context: WritingContext = {
		refusal: vectorRefusal(columns) || refusalOf(ready, writers.length, Object.values(errors)),
		busy: view.waiting.length > 0,
		write: () => generation.write({ ...values, prompt, runs: writers.map((run) => ({ id: run.info.id, step: run.step })) }),
		stop: () => generation.stop(),
	};
	// The same function, so that the columns, hundreds in a sweep, are not rendered with every step.
	const toggle = useCallback(
		(group: string) => setUnticked((before) => (before.includes(group) ? before.filter((other) => other !== group) : [...before, group])),
		[],
	);
	return { view, prompt, setPrompt, typed, setTyped, errors, seeds, seed, setSeed, columns, unticked, toggle, context };
}

/** '' if a model can write. */
function vectorRefusal(runs: readonly RunView[]): string {
	const reasons = runs.map(({ info }) => tokenRefusal(info.experiment, 'they cannot write text'));
	const [first] = reasons;
	return first && reasons.every(Boolean) ? sentence(first) : '';
}

function refusalOf(ready: boolean, writers: number, [error = '']: string[]): string {
	if (!ready) return 'The models can write as soon as they are on the GPU.';
	return writers === 0 ? 'Tick at least one model.' : error;
}

function WritingForm({ form }: { form: Form }) {
	const { view, prompt, setPrompt, typed, setTyped, errors, seeds, seed, setSeed, context } = form;
	return (
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
						<select value={seed} onChange={(event) => setSeed(Number(event.target.value))}>
							{seeds.map((value) => (
								<option key={value}>{value}</option>
							))}
						</select>
					</label>
				)}
				<button type="submit" aria-disabled={context.refusal !== ''} aria-describedby="writing-why">
					{labelOf(WRITING_ACTIONS.write, context)}
				</button>
				<ActionButton action={WRITING_ACTIONS.stop} context={context} />
			</div>
			<p id="writing-why" className="label" role="status">
				{context.refusal}
			</p>
		</form>
	);
}

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
