import { memo } from 'react';
import { fieldOf, isFieldName } from '../../experiment/fields';
import type { Estimate } from '../../session/client/protocol';
import { formatBytes, formatDuration, formatShort } from '../shared/format';

/** Fields by the names that the form gives them, where the words come from the compiler: `lower batchSize` is no row of it. */
function asLabelled(message: string): string {
	const words = message.replace(/\b[a-z]+[A-Z]\w*/g, (name) => (isFieldName(name) ? fieldOf(name).label : name));
	return /[.?]$/.test(words) ? words : `${words}.`;
}

/** What the experiment would cost: parameters a model, memory and time for all. Problems instead where it can't run. */
export const Cost = memo(function Cost({ estimate, runs }: { estimate: Estimate | null; runs: number }) {
	if (!estimate) return <p className="cost label">Parameters and memory appear once the training worker has started.</p>;
	if (estimate.problems.length > 0) {
		return (
			<ul className="cost error" role="alert">
				{estimate.problems.map(({ field, message }) => (
					<li key={field + message}>{asLabelled(message)}</li>
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
			{estimate.seconds !== null && ` · about ${formatDuration(estimate.seconds)}`}
		</p>
	);
});
