import { memo, useEffect, useRef, useState } from 'react';
import { METHOD_GROUPS, METHODS, type MethodEntry } from '../../experiment/methods/catalogue';
import { BASELINE } from '../../experiment/methods/groups';
import { methodLabel, parseMethod } from '../../experiment/methods/names';
import type { Estimate } from '../../session/client/protocol';
import { formatCount, formatShort, sentence } from '../shared/format';
import { useTip } from '../shared/tip';
import { runStyle } from '../theme/methodStyle';
import { Swatch } from '../theme/Swatch';
import type { ExperimentForm } from './useExperiment';

type Listed = Pick<MethodEntry, 'name' | 'label' | 'formula' | 'note'>;
type MethodCost = Estimate['methods'][number];

interface Props {
	form: ExperimentForm;
	/** Costs of the chosen methods. */
	estimate: Estimate | null;
	/** Opens the sweep's builder. */
	onSweep(): void;
}

/** The methods that can be compared by group, each with its line, its formula on hover or focus, and its costs once chosen. */
export function MethodPicker({ form, estimate, onSweep }: Props) {
	const chosen = form.draft.picks.methods;
	const { heads } = form.draft.experiment;
	const added = chosen.filter((name) => !METHODS.some((entry) => entry.name === name)).map(entryOf);
	const change = (name: string) => {
		const all = [...METHODS, ...added].map((entry) => entry.name);
		const next = chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name];
		form.pick(
			'methods',
			all.filter((other) => next.includes(other)),
		);
	};
	const latest = useRef(change);
	useEffect(() => {
		latest.current = change;
	});
	const [toggle] = useState(() => (name: string) => latest.current(name));
	const error = form.draft.errors.methods;
	const rows = (entries: readonly Listed[]) =>
		entries.map((entry) => (
			<MethodRow
				key={entry.name}
				name={entry.name}
				label={entry.label}
				formula={[entry.formula, entry.note?.(heads)].filter(Boolean).join(', ')}
				checked={chosen.includes(entry.name)}
				cost={chosen.includes(entry.name) ? estimate?.methods.find(({ method }) => method === entry.name) : undefined}
				onToggle={toggle}
			/>
		));
	return (
		<fieldset className="group methods" aria-describedby={error ? 'error-methods' : undefined}>
			<legend>Methods</legend>
			{METHOD_GROUPS.map((group) => {
				const entries = METHODS.filter((entry) => entry.group === group);
				if (group === BASELINE) return <div key={group.name}>{rows(entries)}</div>;
				return (
					<MethodSet key={group.name} title={group.title} open={group.open || entries.some(({ name }) => chosen.includes(name))}>
						{rows(entries)}
					</MethodSet>
				);
			})}
			{added.length > 0 && (
				<MethodSet title="By name" open>
					{rows(added)}
				</MethodSet>
			)}
			{error && (
				<p id="error-methods" className="error" role="alert">
					{error}
				</p>
			)}
			{form.draft.picks.sweep?.every(({ methods }) => methods) && (
				<p className="label">Each point of the sweep has its own methods instead of these.</p>
			)}
			<button type="button" className="quiet" onClick={onSweep}>
				Sweep methods or λ
			</button>
			<AddMethod onAdd={(name) => chosen.includes(name) || form.pick('methods', [...chosen, name])} />
		</fieldset>
	);
}

function MethodSet({ title, open, children }: { title: string; open: boolean; children: React.ReactNode }) {
	return (
		<details className="method-set" open={open}>
			<summary>{title}</summary>
			{children}
		</details>
	);
}

function entryOf(name: string): Listed {
	return { name, label: methodLabel(name), formula: name };
}

type RowProps = Omit<Listed, 'note'> & { checked: boolean; cost?: MethodCost; onToggle(name: string): void };

/** Rendered again only if its tick, its formula or its costs change: there are some twenty rows. */
const MethodRow = memo(function MethodRow({ name, label, formula, checked, cost, onToggle }: RowProps) {
	const result = parseMethod(name);
	const tip = useTip(cost ? costSentence(cost) : '', formula);
	const id = `formula-${name}`;
	return (
		<label className="method" {...tip}>
			<input type="checkbox" checked={checked} onChange={() => onToggle(name)} aria-labelledby={`label-${name}`} aria-describedby={id} />
			{result.ok && <Swatch style={runStyle(result.method)} />}
			<span id={`label-${name}`}>{label}</span>
			<span id={id} className="hidden">
				{formula}. {cost && costSentence(cost)}
			</span>
			{cost && (
				<span className="method-cost label" aria-hidden="true">
					{formatShort(cost.parameters)} params · {formatCount(cost.kvCacheBytesPerToken)} B KV · {formatShort(cost.flopsPerToken)}FLOP
				</span>
			)}
		</label>
	);
}, sameRow);

/** A new estimate arrives with every change of the form, often with the same numbers. */
function sameRow(a: RowProps, b: RowProps): boolean {
	return (
		a.name === b.name &&
		a.formula === b.formula &&
		a.checked === b.checked &&
		a.cost?.parameters === b.cost?.parameters &&
		a.cost?.kvCacheBytesPerToken === b.cost?.kvCacheBytesPerToken &&
		a.cost?.flopsPerToken === b.cost?.flopsPerToken
	);
}

function costSentence({ parameters, kvCacheBytesPerToken, flopsPerToken }: MethodCost): string {
	return `${formatCount(parameters)} parameters; a KV cache holds ${formatCount(kvCacheBytesPerToken)} bytes per token (float32); a forward pass takes ${formatShort(flopsPerToken)} floating-point operations per token.`;
}

/** Adds a method by its name, for those that are not in the list, such as `resformer:constant(3;1)` or `gate:head+resformer`. */
function AddMethod({ onAdd }: { onAdd(name: string): void }) {
	const [text, setText] = useState('');
	const [error, setError] = useState('');
	const add = () => {
		const result = parseMethod(text);
		if (!result.ok) return setError(sentence(result.message));
		onAdd(result.method.name);
		setText('');
		setError('');
	};
	return (
		<details>
			<summary>Another, or several together, by name</summary>
			<p className="label">
				Join methods with +, such as <span className="mono">gate:head+sink:learned+resformer</span>.
			</p>
			<form
				className="add-method"
				onSubmit={(event) => {
					event.preventDefault();
					add();
				}}
			>
				<input
					aria-label="Name of a method"
					className="mono"
					placeholder="svformer+gqa:2"
					value={text}
					onChange={(e) => setText(e.target.value)}
					aria-describedby={error ? 'error-add-method' : undefined}
					spellCheck={false}
					autoComplete="off"
				/>
				<button type="submit">Add</button>
			</form>
			{error && (
				<p id="error-add-method" className="error" role="alert">
					{error}
				</p>
			)}
		</details>
	);
}
