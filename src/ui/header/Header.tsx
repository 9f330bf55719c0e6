import { memo } from 'react';
import { PRESETS } from '../../experiment/presets';
import type { AdapterDescription } from '../../experiment/records/adapter';
import type { Experiment } from '../../experiment/types';
import type { Theme } from '../../session/client/storage/preferences';
import { linkOf } from '../shared/linkOf';
import { Share } from './Share';

interface Props {
	experiment: Experiment;
	adapter: AdapterDescription | null;
	unavailable: boolean;
	theme: Theme;
	/** The trained experiment's hash with what was measured; null while nothing is. */
	withResults: (() => string | null) | null;
	onPreset(experiment: Experiment): void;
	onTheme(): void;
	onHelp(): void;
	onGpu(): void;
	/** Opens the drawer with the form; null where the form is always there. */
	onForm: (() => void) | null;
	formOpen: boolean;
}

const THEME_WORDS: Record<Theme, string> = { system: 'as the system', light: 'light', dark: 'dark' };
const THEME_SIGNS: Record<Theme, string> = { system: '◐', light: '○', dark: '●' };

/** Title, the questions to start from, the adapter, Share, help and theme. */
export const Header = memo(function Header({
	experiment,
	adapter,
	unavailable,
	theme,
	withResults,
	onPreset,
	onTheme,
	onHelp,
	onGpu,
	onForm,
	formOpen,
}: Props) {
	const link = linkOf(experiment);
	const current = PRESETS.find((preset) => linkOf(preset.experiment) === link)?.name ?? '';
	return (
		<header className="header">
			{onForm && (
				<button type="button" onClick={onForm} className="open-form" aria-expanded={formOpen}>
					Experiment
				</button>
			)}
			<span className="title">ResFormer Lab</span>
			<select
				className="question-select"
				aria-label="Question to start from"
				value={current}
				onChange={(event) => {
					const preset = PRESETS.find(({ name }) => name === event.target.value);
					if (preset) onPreset(structuredClone(preset.experiment));
				}}
			>
				{current === '' && <option value="">Your own experiment</option>}
				{PRESETS.map((preset) => (
					<option key={preset.name} value={preset.name}>
						{preset.question}
					</option>
				))}
			</select>
			<span className="spring" />
			<button
				type="button"
				className="quiet adapter"
				onClick={onGpu}
				title="About this GPU"
				aria-label={`GPU: ${unavailable ? 'no WebGPU' : (adapter?.name ?? 'looking for it')}`}
			>
				<span className={`dot ${unavailable ? 'bad' : adapter ? (adapter.software ? 'slow' : 'good') : ''}`} aria-hidden="true" />
				<span className="ellipsis">{unavailable ? 'No WebGPU' : (adapter?.name ?? 'Looking for the GPU')}</span>
			</button>
			<Share experiment={experiment} withResults={withResults} />
			<button type="button" className="quiet icon" aria-label="Help and keys" title="Help and keys (?)" onClick={onHelp}>
				?
			</button>
			<button
				type="button"
				className="quiet icon"
				aria-label={`Theme: ${THEME_WORDS[theme]}`}
				title={`Theme: ${THEME_WORDS[theme]}`}
				onClick={onTheme}
			>
				{THEME_SIGNS[theme]}
			</button>
		</header>
	);
});
