import type { Problem } from '../../experiment/types';
import { STORAGE_FULL } from '../../session/client/storage/resultStorage';
import type { LabSnapshot } from '../../session/client/store/labSnapshot';
import { useClient } from '../shared/useLab';

/** Messages at the top of the page: bad fields of a link, a lost device, diverged runs, errors. Each names its subject. */
export function Notices({
	lab,
	linkProblems,
	onDismissLink,
}: {
	lab: LabSnapshot;
	linkProblems: readonly Problem[];
	onDismissLink(): void;
}) {
	const client = useClient();
	const diverged = lab.runs.filter((run) => run.divergedAt !== null);
	const others = lab.state === 'running' && lab.runs.some((run) => !run.finished && run.divergedAt === null);
	return (
		<div className="notices" role="status">
			{linkProblems.length > 0 && (
				<div className="notice warning">
					<div>
						<strong>
							{linkProblems.length === 1
								? 'One field of the link was not understood.'
								: `${linkProblems.length} fields of the link were not understood.`}
						</strong>
						<ul>
							{linkProblems.map(({ field, message }) => (
								<li key={field + message}>
									<Sentence text={message.startsWith(field) || message.includes(`\`${field}\``) ? message : `${field}: ${message}`} />
								</li>
							))}
						</ul>
					</div>
					<Dismiss onClick={onDismissLink} />
				</div>
			)}
			{lab.workerStopped && (
				<div className="notice error">
					<p>{lab.workerStopped} Its runs do not continue. What they have measured stays on the page.</p>
					<button type="button" onClick={() => client.restartWorker()}>
						Start a new worker
					</button>
				</div>
			)}
			{lab.deviceLost && (
				<div className="notice warning">
					<p>
						<strong>The GPU was lost</strong> ({lab.deviceLost}). The page keeps looking for it. Press Resume to look now. Training then
						continues from the last checkpoint.
					</p>
				</div>
			)}
			{diverged.map(({ info, name, divergedAt }) => (
				<div className="notice warning" key={info.id}>
					<p>
						<strong>
							{name}, seed {info.seed}, stopped at step {divergedAt}:
						</strong>{' '}
						its loss or its gradient became NaN or infinite. {others ? 'The other runs continue. ' : ''}A smaller learning rate or a longer
						warm-up may help.
					</p>
				</div>
			))}
			{lab.storageFull && (
				<div className="notice warning">
					<p>{STORAGE_FULL}</p>
					<button type="button" onClick={() => client.forgetOld()}>
						Clear old trainings
					</button>
				</div>
			)}
			{lab.notices.map(({ id, kind, text }) => (
				<div className={`notice ${kind}`} key={id}>
					<p>{text}</p>
					<Dismiss onClick={() => client.store.dismiss(id)} />
				</div>
			))}
		</div>
	);
}

/** A message; text between backticks is set in the fixed-width font. */
function Sentence({ text }: { text: string }) {
	return text.split('`').map((part, i) =>
		i % 2 === 1 ? (
			// biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text keep their order
			<code key={i} className="mono">
				{part}
			</code>
		) : (
			part
		),
	);
}

function Dismiss({ onClick }: { onClick(): void }) {
	return (
		<button type="button" className="quiet" aria-label="Dismiss this message" onClick={onClick}>
			×
		</button>
	);
}
