import { useState } from 'react';
import type { RunView } from '../../session/client/store/labSnapshot';
import { menuItems } from '../actions/action';
import { EXPORT_ACTIONS, type ExportContext } from '../actions/runActions';
import { Menu } from '../shared/Menu';
import { useClient } from '../shared/useLab';
import { exportFiles } from './exportFiles';

/** Saves the runs as files: their numbers, their curves, or everything. */
export function ExportMenu({ runs, recorded }: { runs: readonly RunView[]; recorded: boolean }) {
	const client = useClient();
	const [busy, setBusy] = useState(false);
	const save: ExportContext['save'] = async (kind) => {
		setBusy(true);
		await exportFiles(kind, runs, client);
		setBusy(false);
	};
	const context: ExportContext = { recorded, busy, save };
	return (
		<Menu className="quiet export" items={() => menuItems(Object.values(EXPORT_ACTIONS), context)}>
			{busy ? 'Exporting' : 'Export'}
		</Menu>
	);
}
