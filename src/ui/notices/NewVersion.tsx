import { useEffect, useState } from 'react';
import { keepOffline, type NewVersionFound } from './offline';
import './newVersion.css';

/** Keeps the page for offline use, and offers a new version once there is one. Nothing is replaced without the user. */
export default function NewVersion() {
	const [found, setFound] = useState<NewVersionFound | null>(null);
	useEffect(() => keepOffline(setFound), []);
	return (
		<div className="new-version" role="status">
			{found && (
				<div className="notice warning">
					<p>A new version of this page is ready. What trains now stops when it loads.</p>
					<button type="button" onClick={found.load}>
						Load the new version
					</button>
					<button type="button" className="quiet" aria-label="Dismiss this message" onClick={() => setFound(null)}>
						×
					</button>
				</div>
			)}
		</div>
	);
}
