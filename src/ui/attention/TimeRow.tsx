import { useState } from 'react';
import { readsVectors } from '../../experiment/tasks';
import type { RunView } from '../../session/client/store/labSnapshot';
import { lazyDialog } from '../shared/dialogScripts';
import type { Interventions } from '../shared/useInterventions';
import type { Shade } from '../theme/attentionScale';
import type { Explorer } from './explorer';
import { ProbeText } from './ProbeText';
import { TimeScrubber } from './TimeScrubber';
import type { Scrubber } from './useScrubber';

const SinkTimeline = lazyDialog(() => import('./SinkTimeline'));

interface Props {
	shown: readonly RunView[];
	scrubber: Scrubber;
	/** The open layer and head, and the step shown. */
	explorer: Pick<Explorer, 'layer' | 'head' | 'step'>;
	interventions: Pick<Interventions, 'text' | 'refusal' | 'read'>;
	/** Of the columns above, CSS pixels. */
	width: number;
	shade: Shade;
	onOpen(layer: number, head: number, step: number): void;
}

const bringIntoView = (element: HTMLElement | null) => element?.scrollIntoView?.({ block: 'nearest' });

/** The recorded steps, the sinks over them, and a text of the user's own. */
export function TimeRow({ shown, scrubber, explorer, interventions, width, shade, onOpen }: Props) {
	const { steps, onStep } = scrubber;
	const { layer, head, step } = explorer;
	const { text, refusal, read } = interventions;
	const [sinks, setSinks] = useState(false);
	const several = new Set(shown.map((run) => run.info.seed)).size > 1;
	return (
		<div className="time-row">
			<div className="time-tools">
				<TimeScrubber
					steps={steps}
					step={text === null ? step : null}
					why={text === null ? '' : 'your text, latest models'}
					onStep={onStep}
				/>
				<button type="button" aria-expanded={sinks} onClick={() => setSinks(!sinks)}>
					Sinks over training
				</button>
				{!shown[0].recorded && !readsVectors(shown[0].info.experiment) && (
					<ProbeText experiment={shown[0].info.experiment} text={text} refusal={refusal} onRead={read} />
				)}
			</div>
			{sinks && (
				<div ref={bringIntoView} className="sink-timelines">
					{shown.map((run) => (
						<SinkTimeline
							key={run.info.id}
							run={run}
							name={several ? `${run.name}, seed ${run.info.seed}` : run.name}
							layer={layer}
							head={head}
							step={step}
							width={Math.max(160, Math.floor(width / shown.length) - 24)}
							shade={shade}
							onOpen={onOpen}
						/>
					))}
				</div>
			)}
		</div>
	);
}
