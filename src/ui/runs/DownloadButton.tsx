import { useState } from 'react';
import type { RunInfo } from '../../experiment/records/run';
import { tokenRefusal } from '../../experiment/tasks';
import { packZip, zipName } from '../../session/client/checkpoint/checkpointFiles';
import { downloadBytes } from '../shared/download';
import { useClient } from '../shared/useLab';

/** Saves the run's checkpoint at its current step as one .zip. */
export function DownloadButton({ info }: { info: RunInfo }) {
	const client = useClient();
	const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
	const refusal = tokenRefusal(info.experiment, 'they have no checkpoints');
	const save = async () => {
		if (state === 'busy' || refusal) return;
		setState('busy');
		try {
			// If the worker refuses, its message is already at the top of the page.
			const checkpoint = await client.checkpoint(info.id).catch(() => null);
			if (checkpoint) downloadBytes(zipName(info.method, info.seed, checkpoint.step), 'application/zip', await packZip(checkpoint.files));
			setState(checkpoint ? 'idle' : 'failed');
		} catch (error) {
			client.store.notify(
				'error',
				`The checkpoint of ${info.label} could not be packed: ${error instanceof Error ? error.message : error}.`,
			);
			setState('failed');
		}
	};
	return (
		<button
			type="button"
			className="quiet download"
			onClick={save}
			aria-disabled={state === 'busy' || refusal !== null}
			aria-label={`Download the checkpoint of ${info.label}, seed ${info.seed}`}
			title={
				refusal
					? `No checkpoint: ${refusal}.`
					: 'Saves the checkpoint: config.json, weights, optimiser state, the next batch and vocabulary.json in a .zip'
			}
		>
			{state === 'busy' ? 'Packing' : state === 'failed' ? 'Failed' : 'Download'}
		</button>
	);
}
