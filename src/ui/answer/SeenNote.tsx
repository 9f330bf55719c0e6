import { useEffect, useMemo } from 'react';
import { judgeReproduction } from '../../experiment/reproduction';
import type { SharedMeasure } from '../../experiment/resultLink';
import { readSentRuns, type SentRuns } from '../../experiment/sentRuns';
import type { Experiment } from '../../experiment/types';
import { drawnGroups, rerunIn } from '../../session/client/results/sentRuns';
import type { RunView } from '../../session/client/store/labSnapshot';
import { startRefusal } from '../actions/trainingActions';
import { plural } from '../shared/format';
import { LINK_SOURCE, setGuestRuns } from '../shared/guestRuns';
import { useClient, useLab } from '../shared/useLab';
import { originText, reproductionText } from './reproductionText';
import { originHere } from './resultsLink';
import { seenSentence } from './seen';

interface Props {
	experiment: Experiment;
	/** Runs on the page. */
	runs: readonly RunView[];
	seen: readonly SharedMeasure[];
	/** The link as it was opened. */
	address: string;
	onDismiss(): void;
}

/** Results that the sender of the opened link saw, and whether they held once the same runs were trained here. */
export default function SeenNote({ experiment, runs, seen, address, onDismiss }: Props) {
	const { sent, problems } = useMemo(() => readSentRuns(address), [address]);
	useEffect(() => {
		setGuestRuns(LINK_SOURCE, sent ? drawnGroups(sent.groups, seen, experiment) : []);
		return () => setGuestRuns(LINK_SOURCE, []);
	}, [sent, seen, experiment]);
	return (
		<div className="seen-note">
			<div>
				<p>
					<strong>The link’s sender saw:</strong> {seen.map(seenSentence).join(' ')}
				</p>
				{problems.map(({ message }) => (
					<p key={message}>{message}</p>
				))}
				{sent && <Rerun experiment={experiment} runs={runs} seen={seen} sent={sent} />}
			</div>
			<button type="button" className="quiet" aria-label="Dismiss what the sender saw" onClick={onDismiss}>
				×
			</button>
		</div>
	);
}

/** Trains the sender's runs here, and reports whether they held. */
function Rerun({ experiment, runs, seen, sent }: Pick<Props, 'experiment' | 'runs' | 'seen'> & { sent: SentRuns }) {
	const client = useClient();
	const lab = useLab();
	const rerun = useMemo(() => rerunIn(runs, seen, sent.groups), [runs, seen, sent]);
	const judged = useMemo(() => judgeReproduction(sent.groups, rerun), [sent, rerun]);
	const all = sent.groups.flatMap(({ name, runs }) => runs.map(({ seed }) => [name, seed] as const));
	const done = all.filter(([name, seed]) => rerun(name, seed) !== null).length;
	const training = runs.some(({ recorded, finished, divergedAt }) => !recorded && !finished && divergedAt === null);
	const why = startRefusal(lab);
	return (
		<>
			<p role="status">
				{judged ? (
					<strong>{reproductionText(judged, seen)}</strong>
				) : (
					`${plural(done, 'run')} of ${all.length} compared so far. Their curves are dashed below.`
				)}
			</p>
			<p className="label">
				Sender: {originText(sent.by)}. Here: {originText(originHere(lab.adapter))}.
			</p>
			{!judged && !training && (
				<button type="button" aria-disabled={why !== ''} title={why || undefined} onClick={() => why === '' && client.start(experiment)}>
					Run it again here
				</button>
			)}
		</>
	);
}
