import { useState } from 'react';
import type { RunView } from '../../../session/client/store/labSnapshot';
import type { Shade } from '../../theme/attentionScale';
import './depth.css';
import { PositionMaps } from './PositionMaps';
import { TopShares } from './TopShares';
import { WeightMaps } from './WeightMaps';

export interface DepthProps {
	runs: readonly RunView[];
	/** Tokens in a sequence; null if the runs differ in it. */
	length: number | null;
	shade: Shade;
}

const VIEWS = { positions: 'Layers × positions', top: 'Most important tokens', weights: 'λ by layer and step' } as const;
type View = keyof typeof VIEWS;

/** Pictures of all layers at once; one of them is drawn. */
export default function DepthViews({ runs, length, shade }: DepthProps) {
	const [view, setView] = useState<View>('positions');
	const visible = runs.filter((run) => run.visible);
	return (
		<>
			<fieldset className="depth-views">
				<legend className="hidden">Picture of all layers</legend>
				{(Object.keys(VIEWS) as View[]).map((each) => (
					<button key={each} type="button" aria-pressed={view === each} onClick={() => setView(each)}>
						{VIEWS[each]}
					</button>
				))}
			</fieldset>
			{view === 'positions' && <PositionMaps runs={visible} shade={shade} />}
			{view === 'top' && <TopShares runs={visible} length={length} />}
			{view === 'weights' && <WeightMaps runs={visible} shade={shade} />}
		</>
	);
}
