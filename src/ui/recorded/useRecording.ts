import { useEffect, useState } from 'react';
import { PRESETS } from '../../experiment/presets';
import type { Experiment } from '../../experiment/types';
import { linkOf } from '../shared/linkOf';
import { useClient } from '../shared/useLab';
import type { Recording } from './recording';

/** The page is drawn first, ms. */
const DELAY = 200;

/**
 * What there is to show of `experiment` before it is trained: the visitor's own last training of it, else what was
 * recorded of the preset that it is; null while it is looked for, and where there is neither. Looks for nothing while
 * `wanted` is false.
 */
export function useRecording(experiment: Experiment, wanted: boolean): Recording | null {
	const client = useClient();
	const [found, setFound] = useState<{ of: Experiment; recording: Recording } | null>(null);
	useEffect(() => {
		if (!wanted) return;
		const stop = new AbortController();
		const timer = setTimeout(async () => {
			const own = await client.recall(experiment);
			const preset = PRESETS.find((one) => one.recorded && linkOf(one.experiment) === linkOf(experiment));
			if (!own && !preset) return;
			const { ownRecording, presetRecording } = await import('./recording');
			const recording = own ? ownRecording(own) : await presetRecording((preset as (typeof PRESETS)[number]).name, stop.signal);
			if (recording && !stop.signal.aborted) setFound({ of: experiment, recording });
		}, DELAY);
		return () => {
			clearTimeout(timer);
			stop.abort();
		};
	}, [client, experiment, wanted]);
	return wanted && found?.of === experiment ? found.recording : null;
}
