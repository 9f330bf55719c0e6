import { useState } from 'react';
import { linkProblems } from '../../experiment/link';
import type { Experiment } from '../../experiment/types';
import { plural } from '../shared/format';
import { linkOf } from '../shared/linkOf';
import { Menu } from '../shared/Menu';

interface Props {
	/** What the form says. */
	experiment: Experiment;
	/** The trained experiment's hash with what was measured; null while nothing is. */
	withResults: (() => string | null) | null;
}

type State = { kind: 'idle' } | { kind: 'copied' | 'refused'; link: string; missing: string };

const addressOf = (hash: string) => `${location.origin}${location.pathname}${location.search}${hash && '#'}${hash}`;

/**
 * Copies a link that holds the whole experiment, and on choice what was measured; where the clipboard is refused, shows
 * it to copy by hand. Says what a link has no room for.
 */
export function Share({ experiment, withResults }: Props) {
	const [state, setState] = useState<State>({ kind: 'idle' });
	const copy = async (hash: string, of: Experiment) => {
		const link = addressOf(hash);
		const missing = linkProblems(of).map(({ message }) => `${message[0].toUpperCase()}${message.slice(1)}.`);
		const next = { link, missing: missing.join(' ') };
		try {
			await navigator.clipboard.writeText(link);
			setState({ kind: 'copied', ...next });
		} catch {
			setState({ kind: 'refused', ...next });
		}
		if (missing.length === 0) setTimeout(() => setState((now) => (now.kind === 'copied' ? { kind: 'idle' } : now)), 2500);
	};
	const plain = () => copy(linkOf(experiment), experiment);
	const results = () => {
		const hash = withResults?.();
		if (hash) copy(hash, experiment);
	};
	const face = state.kind === 'copied' ? 'Link copied' : 'Share';
	return (
		<span className="share">
			{withResults ? (
				<Menu
					className="quiet"
					items={() => [
						{ label: 'Copy link', act: plain },
						{ label: 'Copy link with results', act: results },
					]}
				>
					{face}
				</Menu>
			) : (
				<button type="button" className="quiet" onClick={plain} title="Copies a link that holds this experiment">
					{face}
				</button>
			)}
			<span className="hidden" role="status">
				{state.kind === 'copied' ? `The link is copied, ${plural(state.link.length, 'character')} long.` : ''}
			</span>
			{state.kind !== 'idle' && (state.missing !== '' || state.kind === 'refused') && (
				<Details state={state} onClose={() => setState({ kind: 'idle' })} />
			)}
		</span>
	);
}

/** The link to copy by hand, and what it has no room for. */
function Details({ state, onClose }: { state: Exclude<State, { kind: 'idle' }>; onClose(): void }) {
	return (
		<div className="share-details">
			{state.kind === 'refused' && (
				<input
					className="mono"
					aria-label="Link to this experiment"
					readOnly
					ref={(input) => {
						input?.focus();
						input?.select();
					}}
					value={state.link}
				/>
			)}
			{state.missing && <p role="alert">{state.missing}</p>}
			<button type="button" onClick={onClose}>
				Close
			</button>
		</div>
	);
}
