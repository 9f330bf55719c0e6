import type { Frame } from '../../experiment/records/frame';
import { Folded } from '../shared/Folded';
import { FigureMenu } from '../shared/figures/FigureMenu';
import { capital } from '../shared/format';
import { DISPLAYS } from './display';
import type { Explorer } from './explorer';
import { MapTools } from './MapTools';
import { type Cell, cellText } from './maps';
import { largestZoom } from './place';
import type { Columns } from './useColumns';
import type { ExplorerActions } from './useExplorer';
import type { Room } from './useRoom';

interface Props {
	explorer: Explorer;
	actions: ExplorerActions;
	/** The columns, and the open layer and head. */
	found: Columns;
	/** The first frame shown; null before there is one. */
	frame: Frame | null;
	/** The chosen cell. */
	cell: Cell | null;
	seeds: readonly number[];
	seed: number | undefined;
	/** On a phone the tools are folded. */
	room: Pick<Room, 'columns' | 'narrow'>;
}

/** Heading of the panel: the chosen cell, and the tools. */
export function PanelHead({ explorer, actions, found, frame, cell, seeds, seed, room }: Props) {
	const { columns, layer, head, intervened } = found;
	return (
		<div className="panel-head">
			<h2 id="attention-title">Attention</h2>
			<FigureMenu
				title={`${capital(DISPLAYS[explorer.display].label)}, layer ${layer + 1}, head ${head + 1}`}
				runs={columns.map(({ run }) => run)}
				records={async () => (await import('./mapRecords')).mapRecords(columns, layer, head, explorer.display)}
			/>
			<span className="readout label" role={explorer.locked ? 'status' : undefined}>
				{frame && cell && cellText(frame, cell)}
			</span>
			<Folded summary="How maps are drawn" folded={room.narrow}>
				<MapTools
					explorer={explorer}
					seeds={seeds}
					seed={seed}
					intervened={intervened}
					wide={room.columns > 1}
					most={frame ? largestZoom(frame.length) : 0}
					onChange={actions.patch}
					onZoom={(direction) => frame && actions.onZoom(direction, frame.length)}
					onZoomOut={actions.onZoomOut}
				/>
			</Folded>
		</div>
	);
}
