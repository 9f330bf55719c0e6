import { memo } from 'react';
import { pageSentence } from '../../experiment/fields';
import type { Estimate } from '../../session/client/protocol';
import { ActionButton } from '../actions/ActionButton';
import { VIEW_ACTIONS, type ViewContext } from '../actions/viewActions';
import { formatBytes, formatDuration, formatShort } from '../shared/format';

/** The experiment's costs: parameters per model, memory and time for all runs, and a button that measures a step. Its problems instead, if it can't run. */
export const Cost = memo(function Cost({ estimate, runs, view }: { estimate: Estimate | null; runs: number; view: ViewContext }) {
	if (!estimate) return <p className="cost label">Parameters and memory appear once the training worker has started.</p>;
	if (estimate.problems.length > 0) {
		return (
			<ul className="cost error" role="alert">
				{estimate.problems.map((problem) => (
					<li key={problem.field + problem.message}>{pageSentence(problem)}</li>
				))}
			</ul>
		);
	}
	if (estimate.methods.length === 0) return <p className="cost label">Parameters and memory are estimated once a GPU is found.</p>;
	const counts = estimate.methods.map((method) => method.parameters);
	const low = Math.min(...counts);
	const high = Math.max(...counts);
	const span = low === high ? formatShort(low) : `${formatShort(low)} to ${formatShort(high)}`;
	return (
		<p className="cost label">
			{span} parameters · {formatBytes(estimate.gpuBytes)} on the GPU for {runs === 1 ? 'one run' : `${runs} runs`}
			{estimate.seconds !== null && ` · about ${formatDuration(estimate.seconds)}`} ·{' '}
			<ActionButton action={VIEW_ACTIONS.profile} context={view} className="link" />
		</p>
	);
});
