import { useState } from 'react';
import type { Experiment } from '../../experiment/types';
import { readCheckpoint } from '../../session/client/checkpoint/checkpointFiles';
import { FileDrop } from '../shared/FileDrop';
import { sentence } from '../shared/format';
import { useClient } from '../shared/useLab';

interface Props {
	/** The form's experiment. The checkpoint's method and sizes replace its own. */
	experiment: Experiment;
	/** Reason why nothing can start now; empty = it can. */
	why: string;
	/** Puts the checkpoint's experiment into the form. */
	onFill(experiment: Experiment): void;
}

/** Starts from a checkpoint's weights, paused, so that the user can examine them before the first step. */
export function StartFrom({ experiment, why, onFill }: Props) {
	const client = useClient();
	const [message, setMessage] = useState('');
	const [reading, setReading] = useState(false);
	const open = async (files: File[]) => {
		if (why) {
			setMessage(why);
			return;
		}
		setReading(true);
		try {
			const read = await readCheckpoint(files);
			setMessage(read.ok ? '' : read.message);
			if (!read.ok) return;
			const filled = await client.checkpointExperiment(read.files, experiment);
			onFill(filled);
			client.start(filled, true, read.files);
		} catch (error) {
			const { message } = error as Error;
			// A file's name keeps its small letter.
			setMessage(/^\S+\.\w+:/.test(message) ? message : sentence(message));
		} finally {
			setReading(false);
		}
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
					Drop or choose a downloaded .zip, or config.json and model.safetensors, also of a Llama that Hugging Face’s transformers saved.
					They fill the form. Without vocabulary.json, the tokens are taken for this task’s. Its run starts from the weights, paused, and
					replaces what is training.
				</p>
			</FileDrop>
		</details>
	);
}
