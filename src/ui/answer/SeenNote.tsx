import { useEffect, useMemo } from 'react';
import { judgeReproduction } from '../../experiment/reproduction';
import type { SharedMeasure } from '../../experiment/resultLink';
import { countRuns } from '../../experiment/runs';
import { placeOf } from '../../experiment/sentPlaces';
import { readSentRuns, type SentRuns } from '../../experiment/sentRuns';
import type { Experiment } from '../../experiment/types';
import { drawnGroups, rerunIn } from '../../session/client/results/sentRuns';
import type { RunView } from '../../session/client/store/labSnapshot';
import { startRefusal } from '../actions/trainingActions';
import { list, plural } from '../shared/format';
import { LINK_SOURCE, setGuestRuns } from '../shared/guestRuns';
import { addressOf } from '../shared/openedLink';
import { useClient, useLab } from '../shared/useLab';
import { originText, reproductionText } from './reproductionText';
import { originHere } from './resultsLink';
import { SentTable } from './SentTable';
import { nameOf, seenSentence } from './seen';

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
	const apart = useMemo(() => (sent ? apartText(seen, sent, experiment) : ''), [seen, sent, experiment]);
	return (
		<div className="seen-note">
			<div>
				<p>
					<strong>The link’s sender saw:</strong> {sent && experiment.sweep ? sweepText(seen, experiment) : sentences(seen, experiment)}
				</p>
				{problems.map(({ message }) => (
					<p key={message}>{message}</p>
				))}
				{sent && <Rerun experiment={experiment} runs={runs} seen={seen} sent={sent} address={address} />}
				{apart && <p className="label">{apart}</p>}
			</div>
			<button type="button" className="quiet" aria-label="Dismiss what the sender saw" onClick={onDismiss}>
				×
			</button>
		</div>
	);
}

/** Groups of a sweep have the labels of their points. */
function sentences(seen: readonly SharedMeasure[], experiment: Experiment): string {
	const named = (measure: SharedMeasure): SharedMeasure => ({
		...measure,
		groups: measure.groups.map((group) => ({ ...group, label: placeOf(group.name, experiment)?.label ?? group.label })),
	});
	return seen.map((measure) => seenSentence(named(measure))).join(' ');
}

/** `Validation loss of 12 of the sweep’s 40 runs.` */
function sweepText(seen: readonly SharedMeasure[], experiment: Experiment): string {
	const names = list([...new Set(seen.map(nameOf))]);
	return `${names}, in a sweep of ${plural(countRuns(experiment), 'run')}.`;
}

/** The runs of the sender that can't be compared, and the reason; empty if there are none. */
function apartText(seen: readonly SharedMeasure[], { groups }: SentRuns, experiment: Experiment): string {
	const sent = new Set(groups.map(({ name }) => name));
	const others = new Map(seen.flatMap(({ groups }) => groups).map(({ name, label }) => [name, label]));
	const unsent = [...others].filter(([name]) => !sent.has(name));
	const changed = unsent.filter(([name]) => placeOf(name, experiment) === null).map(([, label]) => label);
	const count = groups.reduce((sum, { runs }) => sum + runs.length, 0);
	const all = countRuns(experiment);
	return [
		changed.length > 0 ? `Not compared: ${list(changed)}. A link holds the experiment alone, without forks and λ set during training.` : '',
		count < all ? `The link has ${count} of the experiment’s ${plural(all, 'run')}.` : '',
	]
		.filter(Boolean)
		.join(' ');
}

/** Trains the sender's runs here, and reports whether they held. */
function Rerun({ experiment, runs, seen, sent, address }: Omit<Props, 'onDismiss'> & { sent: SentRuns }) {
	const client = useClient();
	const lab = useLab();
	const rerun = useMemo(() => rerunIn(runs, seen, sent.groups, experiment), [runs, seen, sent, experiment]);
	const judged = useMemo(() => judgeReproduction(sent.groups, rerun), [sent, rerun]);
	const all = sent.groups.flatMap(({ name, runs }) => runs.map(({ seed }) => [name, seed] as const));
	const done = all.filter(([name, seed]) => rerun(name, seed) !== null).length;
	const training = runs.some(({ recorded, finished, divergedAt }) => !recorded && !finished && divergedAt === null);
	const why = startRefusal(lab);
	const origins = `Sender: ${originText(sent.by)}. Here: ${originText(originHere(lab.adapter))}.`;
	const drawn = sent.groups.some(({ curve }) => curve.length > 0);
	return (
		<>
			<p role="status">
				{judged ? (
					<strong>{reproductionText(judged, seen)}</strong>
				) : (
					`${plural(done, 'run')} of ${all.length} compared so far.${drawn ? ' Their curves are dashed below.' : ''}`
				)}
			</p>
			{experiment.sweep && (
				<SentTable groups={sent.groups} seen={seen} rerun={rerun} caption={{ note: origins, link: addressOf(address.slice(1)) }} />
			)}
			<p className="label">{origins}</p>
			{!judged && !training && (
				<button type="button" aria-disabled={why !== ''} title={why || undefined} onClick={() => why === '' && client.start(experiment)}>
					Run it again here
				</button>
			)}
		</>
	);
}
