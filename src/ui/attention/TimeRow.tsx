import { useState } from 'react';
import type { RunView } from '../../session/client/store/labSnapshot';
import type { Shade } from '../theme/attentionScale';
import { ProbeText } from './ProbeText';
import { SinkTimeline } from './SinkTimeline';
import { TimeScrubber } from './TimeScrubber';

interface Props {
	shown: readonly RunView[];
	steps: readonly number[];
	step: number | null;
	/** The user's own text, and why the last one is not read. */
	text: string | null;
	refusal: string | null;
	layer: number;
	head: number;
	/** Of the columns above, CSS pixels. */
	width: number;
	shade: Shade;
	onStep(step: number | null): void;
	onRead(text: string | null): void;
	onOpen(layer: number, head: number, step: number): void;
}

const bringIntoView = (element: HTMLElement | null) => element?.scrollIntoView?.({ block: 'nearest' });

/** When, and of which text: the recorded steps, where sinks come up in them, and a text of one's own. */
export function TimeRow({ shown, steps, step, text, refusal, layer, head, width, shade, onStep, onRead, onOpen }: Props) {
	const [sinks, setSinks] = useState(false);
	const several = new Set(shown.map((run) => run.info.seed)).size > 1;
	return (
		<div className="time-row">
			<div className="time-tools">
				<TimeScrubber
					steps={steps}
					step={text === null ? step : null}
					why={text === null ? '' : 'own text: the models as they stand'}
					onStep={onStep}
				/>
				<button type="button" aria-expanded={sinks} onClick={() => setSinks(!sinks)}>
					Sinks over training
				</button>
				{!shown[0].recorded && <ProbeText task={shown[0].info.experiment.task} text={text} refusal={refusal} onRead={onRead} />}
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
