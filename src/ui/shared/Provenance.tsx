import type { Results } from '../../experiment/results';
import { Term } from './tip';

/** The date as text: `November 26, 2026`. */
const dateText = (when: string) => new Date(when).toLocaleDateString('en', { year: 'numeric', month: 'long', day: 'numeric' });

/** The origin of results in a sentence. `own`: the user's own training. */
export function provenanceText({ recordedAt, adapter, provenance }: Omit<Results, 'runs'>, own: boolean): string {
	const where = `${adapter === null ? '' : ` on ${adapter}`}, ${dateText(recordedAt)}`;
	const made = provenance ? `, at commit ${provenance.commit} by ${provenance.command}` : '';
	return `${own ? 'Your training' : 'Recorded'}${where}${made}.`;
}

/** A mark that explains the origin of results. */
export function Provenance({ text }: { text: string }) {
	return (
		<Term text={text} className="provenance">
			<span aria-hidden="true">i</span>
			<span className="hidden">Origin of these results</span>
		</Term>
	);
}
