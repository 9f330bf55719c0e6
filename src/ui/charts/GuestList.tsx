import { plural } from '../shared/format';
import { setGuestRuns, useGuestFiles } from '../shared/guestRuns';

/** The files whose curves are drawn, each with a button that removes them. */
export default function GuestList() {
	return (
		<ul className="guest-files label">
			{useGuestFiles().map(({ source, runs }) => (
				<li key={source}>
					{source} ({plural(runs.length, 'run')}, dashed)
					<button type="button" className="quiet" aria-label={`Remove the curves of ${source}`} onClick={() => setGuestRuns(source, [])}>
						×
					</button>
				</li>
			))}
		</ul>
	);
}
