import { useState } from 'react';
import { tokenRefusal } from '../../experiment/tasks';
import type { Experiment } from '../../experiment/types';
import { readCheckpoint } from '../../session/client/checkpoint/checkpointFiles';
import { FileDrop } from '../shared/FileDrop';
import { sentence } from '../shared/format';
import { useClient } from '../shared/useLab';

interface Props {
	/** The form's experiment; its runs of the checkpoint's method get the weights. */
	experiment: Experiment;
	/** Reason why nothing can start now; empty = it can. */
	why: string;
}

/** Starts from a checkpoint's weights, paused, so that the user can examine them before the first step. */
export function StartFrom({ experiment, why }: Props) {
	const client = useClient();
	const [message, setMessage] = useState('');
	const [reading, setReading] = useState(false);
	const open = async (files: File[]) => {
		const refusal = tokenRefusal(experiment, 'they cannot start from a checkpoint');
		if (why || refusal) {
			setMessage(refusal ? sentence(refusal) : why);
			return;
		}
		setReading(true);
		const read = await readCheckpoint(files);
		setReading(false);
		setMessage(read.ok ? '' : read.message);
		if (read.ok) client.start(experiment, true, read.files);
	};
	return (
		<details className="group start-from">
			<summary>Start from a checkpoint</summary>
			{message && (
				<p className="error" role="alert">
					{message}
				</p>
			)}
			<FileDrop
				label={reading ? 'Reading' : 'Choose files'}
				accept=".zip,.json,.safetensors"
				multiple
				describedBy="start-from-help"
				disabled={reading}
				onFiles={open}
			>
				<p id="start-from-help" className="label">
					Drop or choose a downloaded .zip, or config.json, model.safetensors and vocabulary.json. Runs of its method start from its
					weights, paused; whatever is training ends.
				</p>
			</FileDrop>
		</details>
	);
}
