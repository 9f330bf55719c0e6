import { useCallback, useEffect } from 'react';
import type { StoredSummary } from '../../session/client/stored/rows';
import type { TrainingKeeper } from '../../session/client/stored/trainingKeeper';
import { Dialog } from '../shared/Dialog';
import { formatBytes } from '../shared/format';
import { ScrollRegion } from '../shared/ScrollRegion';
import { useClient, useStore } from '../shared/useLab';
import { ContinueButtons } from './ContinueButtons';
import { KEPT_TEXT, progressOf, spaceText, timeOf, titleOf, whyNot } from './storedText';
import { type ContinueProps, useContinue } from './useContinue';

/** Every stored training with its size, to continue or delete it. */
export function StoredDialog({ onContinue, onClose }: ContinueProps & { onClose(): void }) {
	const client = useClient();
	const { stored } = client;
	const state = useStore(stored);
	const list = state.list ?? [];
	const open = useContinue({ onContinue });
	const use = useCallback((job: (keeper: TrainingKeeper) => Promise<void>) => void stored.open().then(job, () => {}), [stored]);
	useEffect(() => use((keeper) => keeper.refresh()), [use]);
	const go = (training: StoredSummary, paused: boolean) => {
		onClose();
		open(training, paused);
	};
	const clear = () => {
		use((keeper) => keeper.clear());
		void client.forgetOld();
	};
	return (
		<Dialog title="Stored trainings" className="wide" onClose={onClose}>
			<p>
				{spaceText(state)} {KEPT_TEXT}
			</p>
			<ScrollRegion label="Stored trainings">
				<table className="data">
					<thead>
						<tr>
							<th scope="col">Training</th>
							<th scope="col">Progress</th>
							<th scope="col">Stored</th>
							<th scope="col" className="number">
								Size
							</th>
							<th scope="col">Commands</th>
						</tr>
					</thead>
					<tbody>
						{list.map((each) => {
							const why = whyNot(each);
							const { id, experiment, current, elsewhere } = each;
							return (
								<tr key={id}>
									<th scope="row">
										{titleOf(each)}
										{why && <span className="muted"> {why}</span>}
									</th>
									<td>{experiment ? progressOf(each) : ''}</td>
									<td>{timeOf(each)}</td>
									<td className="number">{formatBytes(each.bytes)}</td>
									<td>
										<span className="row-tools">
											{why === '' && experiment && <ContinueButtons training={each} busy={state.busy} onOpen={go} />}
											{!current && !elsewhere && (
												<button type="button" aria-label={`Delete ${titleOf(each)}`} onClick={() => use((keeper) => keeper.delete(id))}>
													Delete
												</button>
											)}
										</span>
									</td>
								</tr>
							);
						})}
					</tbody>
				</table>
			</ScrollRegion>
			<div className="buttons">
				<button type="button" onClick={clear}>
					Clear all
				</button>
			</div>
		</Dialog>
	);
}
