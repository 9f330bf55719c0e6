import { useState } from 'react';
import { packZip, zipName } from '../../session/client/checkpoint';
import type { RunInfo } from '../../session/client/protocol';
import { downloadBytes } from '../download';
import { useClient } from '../lab';

/** Saves the run as it stands: config.json, model.safetensors, the next batch and vocabulary.json in one .zip. */
export function DownloadButton({ info }: { info: RunInfo }) {
	const client = useClient();
	const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
	const save = async () => {
		if (state === 'busy') return;
		setState('busy');
		try {
			const { step, files } = await client.checkpoint(info.id);
			downloadBytes(zipName(info.method, info.seed, step), 'application/zip', await packZip(files));
			setState('idle');
		} catch {
			// The worker's words are among the messages at the top.
			setState('failed');
		}
	};
	return (
		<button
			type="button"
			className="quiet download"
			onClick={save}
			aria-disabled={state === 'busy'}
			aria-label={`Download the checkpoint of ${info.label}, seed ${info.seed}`}
			title="Saves the checkpoint: config.json, model.safetensors, batches.safetensors and vocabulary.json in a .zip"
		>
			{state === 'busy' ? 'Packing' : state === 'failed' ? 'Failed' : 'Download'}
		</button>
	);
}
