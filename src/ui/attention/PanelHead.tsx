import type { Frame } from '../../experiment/records/frame';
import type { Explorer } from './explorer';
import { MapTools } from './MapTools';
import { type Cell, cellText } from './maps';
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

/** Heading of the panel: the chosen cell, and the tools. */
export function PanelHead({ explorer, actions, frame, cell, seeds, seed, intervened, wide }: Props) {
	return (
		<div className="panel-head">
			<h2 id="attention-title">Attention</h2>
			<span className="readout label" role={explorer.locked ? 'status' : undefined}>
				{frame && cell && cellText(frame, cell)}
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
