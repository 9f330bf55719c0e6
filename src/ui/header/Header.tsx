import { memo } from 'react';
import { CONTROLS, findPreset, PRESETS, type Preset } from '../../experiment/presets';
import { QUESTIONS } from '../../experiment/questions';
import type { AdapterDescription } from '../../experiment/records/adapter';
import type { Experiment } from '../../experiment/types';
import type { Theme } from '../../session/client/storage/preferences';
import { ActionButton } from '../actions/ActionButton';
import { labelOf } from '../actions/action';
import { VIEW_ACTIONS, type ViewContext } from '../actions/viewActions';
import { adapterText } from '../shared/adapterText';
import { GALLERY_HASH } from '../shared/address';
import { type CopiedLink, linkOf } from '../shared/linkOf';
import { Share } from './Share';

interface Props {
	experiment: Experiment;
	adapter: AdapterDescription | null;
	unavailable: boolean;
	/** The trained experiment's hash with the measured values; null until something is measured. */
	withResults: (() => Promise<CopiedLink | null>) | null;
	/** The gallery is shown, not the lab. */
	gallery: boolean;
	onPreset(preset: Preset): void;
	view: ViewContext;
	/** The form is in a drawer. */
	drawer: boolean;
}

const THEME_SIGNS: Record<Theme, string> = { system: '◐', light: '○', dark: '●' };
const { form, gpu, help, theme } = VIEW_ACTIONS;

/** Title, preset questions, the adapter, Share, help and theme. */
export const Header = memo(function Header(props: Props) {
	const { experiment, adapter, unavailable, withResults, gallery, onPreset, view, drawer } = props;
	const adapterName = unavailable ? 'No WebGPU' : adapter ? adapterText(adapter) : 'Looking for the GPU';
	return (
		<header className="header">
			{drawer && <ActionButton action={form} context={view} className="open-form" expanded={view.formOpen} />}
			<span className="title">ResFormer Lab</span>
			<nav className="views" aria-label="Views">
				<a href={`#${GALLERY_HASH}`} aria-current={gallery ? 'page' : undefined}>
					Questions
				</a>
				<a href={`#${linkOf(experiment)}`} aria-current={gallery ? undefined : 'page'}>
					Lab
				</a>
			</nav>
			{!gallery && <QuestionSelect experiment={experiment} onPreset={onPreset} />}
			<span className="spring" />
			<ActionButton action={gpu} context={view} className="quiet adapter" label={`GPU: ${adapterName}`}>
				<span className={`dot ${unavailable ? 'bad' : adapter ? (adapter.software ? 'slow' : 'good') : ''}`} aria-hidden="true" />
				<span className="ellipsis">{adapterName}</span>
				<span className="adapter-brief">{unavailable ? 'No WebGPU' : adapter?.software ? 'software' : 'GPU'}</span>
			</ActionButton>
			<Share experiment={experiment} withResults={withResults} />
			<ActionButton action={help} context={view} className="quiet icon" label={labelOf(help, view)}>
				?
			</ActionButton>
			<ActionButton action={theme} context={view} className="quiet icon" label={labelOf(theme, view)}>
				{THEME_SIGNS[view.theme]}
			</ActionButton>
		</header>
	);
});

/** Presets that ask nothing of the paper. */
function QuestionSelect({ experiment, onPreset }: Pick<Props, 'experiment' | 'onPreset'>) {
	const link = linkOf(experiment);
	const current = PRESETS.find((preset) => linkOf(preset.experiment) === link)?.name ?? '';
	return (
		<select
			className="question-select"
			aria-label="Question to start from"
			value={current}
			onChange={(event) => {
				const preset = findPreset(event.target.value);
				if (preset) onPreset(preset);
			}}
		>
			{current === '' && <option value="">Your own experiment</option>}
			<optgroup label="Questions (● has a recorded answer)">
				{QUESTIONS.map(({ name, title, recorded }) => (
					<option key={name} value={name}>
						{recorded ? '●' : '○'} {title}
					</option>
				))}
			</optgroup>
			<optgroup label="Controls">
				{CONTROLS.map(({ name, title }) => (
					<option key={name} value={name}>
						{title}
					</option>
				))}
			</optgroup>
		</select>
	);
}
