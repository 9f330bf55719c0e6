import { useState } from 'react';
import type { RunView } from '../../session/client/store/labSnapshot';
import { Menu } from '../shared/Menu';
import { useClient } from '../shared/useLab';
import type { ExportKind } from './exports';

/** The runs as files: their numbers, their curves, or everything. Recorded ones come from a file of everything. */
export function ExportMenu({ runs, recorded }: { runs: readonly RunView[]; recorded: boolean }) {
	const client = useClient();
	const [busy, setBusy] = useState(false);
	const save = async (kind: ExportKind) => {
		setBusy(true);
		try {
			const { exportRuns } = await import('./exports');
			await exportRuns(kind, runs, client);
		} catch (error) {
			client.store.notify('error', `The file could not be made: ${error instanceof Error ? error.message : error}.`);
		}
		setBusy(false);
	};
	const why = busy ? 'A file is being put together.' : undefined;
	return (
		<Menu
			className="quiet export"
			items={() => [
				{ label: 'Runs as CSV', act: () => save('runs'), why },
				{ label: 'Curves as CSV', act: () => save('curves'), why },
				...(recorded ? [] : [{ label: 'Everything as JSON', act: () => save('json'), why }]),
			]}
		>
			{busy ? 'Exporting' : 'Export'}
		</Menu>
	);
}
