import { useState } from 'react';
import { linkProblems } from '../../experiment/link';
import type { Experiment } from '../../experiment/types';
import { ActionButton } from '../actions/ActionButton';
import { menuItems } from '../actions/action';
import { SHARE_ACTIONS, type ShareContext } from '../actions/shareActions';
import { plural, sentence } from '../shared/format';
import { type CopiedLink, linkOf } from '../shared/linkOf';
import { Menu } from '../shared/Menu';
import { addressOf } from '../shared/openedLink';

interface Props {
	/** The form's experiment. */
	experiment: Experiment;
	/** The trained experiment's hash with the measured values; null until something is measured. */
	withResults: (() => Promise<CopiedLink | null>) | null;
}

const { link, linkWithResults } = SHARE_ACTIONS;

type State = { kind: 'idle' } | { kind: 'copied' | 'refused'; link: string; missing: string };

/**
 * Copies a link that holds the whole experiment and, on request, the measured values. Shows the link to copy manually if
 * the browser refuses the clipboard, and names what did not fit into the link.
 */
export function Share({ experiment, withResults }: Props) {
	const [state, setState] = useState<State>({ kind: 'idle' });
	const copy = async ({ hash, leftOut }: CopiedLink, of: Experiment) => {
		const address = addressOf(hash);
		const missing = [...linkProblems(of).map(({ message }) => sentence(message)), ...(leftOut ? [leftOut] : [])];
		const next = { link: address, missing: missing.join(' ') };
		try {
			await navigator.clipboard.writeText(address);
			setState({ kind: 'copied', ...next });
		} catch {
			setState({ kind: 'refused', ...next });
		}
		if (missing.length === 0) setTimeout(() => setState((now) => (now.kind === 'copied' ? { kind: 'idle' } : now)), 2500);
	};
	const context: ShareContext = {
		measured: withResults !== null,
		async copyLink(withMeasured) {
			const found = withMeasured ? await withResults?.() : { hash: linkOf(experiment), leftOut: '' };
			if (found) copy(found, experiment);
		},
	};
	const face = state.kind === 'copied' ? 'Link copied' : 'Share';
	return (
		<span className="share">
			{withResults ? (
				<Menu className="quiet" items={() => menuItems([link, linkWithResults], context)}>
					{face}
				</Menu>
			) : (
				<ActionButton action={link} context={context} className="quiet">
					{face}
				</ActionButton>
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

/** The link to copy manually, and what did not fit into it. */
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
