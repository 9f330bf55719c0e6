import { SINK_THRESHOLD } from '../../experiment/measures/sink';
import type { Frame } from '../../experiment/records/frame';
import { Term } from '../shared/tip';
import type { Explorer } from './explorer';
import { MapTools } from './MapTools';
import { type Cell, cellText, hasSink } from './maps';
import { largestZoom } from './place';
import type { ExplorerActions } from './useExplorer';

interface Props {
	explorer: Explorer;
	actions: ExplorerActions;
	/** The first frame shown; null before there is one. */
	frame: Frame | null;
	/** The chosen cell. */
	cell: Cell | null;
	seeds: readonly number[];
	seed: number | undefined;
	/** True if an intervention acts on a run shown. */
	intervened: boolean;
	/** True if there is space for two columns. */
	wide: boolean;
}

/** Heading of the panel: the chosen cell, or how to read a map; and the tools. */
export function PanelHead({ explorer, actions, frame, cell, seeds, seed, intervened, wide }: Props) {
	return (
		<div className="panel-head">
			<h2 id="attention-title">Attention</h2>
			<span className="readout label" role={explorer.locked ? 'status' : undefined}>
				{frame && cell ? cellText(frame, cell) : <HowToRead none={frame !== null && !hasSink(frame)} />}
			</span>
			<MapTools
				explorer={explorer}
				seeds={seeds}
				seed={seed}
				intervened={intervened}
				wide={wide}
				most={frame ? largestZoom(frame.length) : 0}
				onChange={actions.patch}
				onZoom={(direction) => frame && actions.onZoom(direction, frame.length)}
				onZoomOut={actions.onZoomOut}
			/>
		</div>
	);
}

const SINK = `The head gives the first token more than ${SINK_THRESHOLD} of its attention.`;

function HowToRead({ none }: { none: boolean }) {
	return (
		<>
			Each row: what one token attends to.{' '}
			<Term text={SINK} formula={`α₁ = 1/T Σ_i A_i1 > ${SINK_THRESHOLD}`}>
				▾
			</Term>{' '}
			marks a head with over {100 * SINK_THRESHOLD} % on the first token{none && ' (none here)'}
		</>
	);
}
