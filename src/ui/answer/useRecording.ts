import { useEffect, useState } from 'react';
import { PRESETS } from '../../experiment/presets';
import type { Experiment } from '../../experiment/types';
import { linkOf } from '../shared/linkOf';
import { useClient } from '../shared/useLab';
import type { Recording } from './fetchRecording';

/** Milliseconds before loading starts, so that the page is drawn first. */
const DELAY = 200;

/**
 * Results of `experiment` to show before it is trained: the user's own last training of it, or else the results recorded
 * for a preset. Null while they load, if there are none, and while `wanted` is false.
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
			const { ownRecording, presetRecording } = await import('./fetchRecording');
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
