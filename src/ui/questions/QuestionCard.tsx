import type { Question } from '../../experiment/questions';
import { countRuns } from '../../experiment/runs';
import { VerdictChip } from '../measures/VerdictChip';
import { FigureMenu } from '../shared/figures/FigureMenu';
import { formatDuration, plural } from '../shared/format';
import { linkOf } from '../shared/linkOf';
import { addressOf } from '../shared/openedLink';
import { Provenance } from '../shared/Provenance';
import type { CardRecord } from './cardRecord';
import { FigureView } from './figures/FigureView';
import type { Figure } from './figures/figure';
import { figureRecords } from './figures/figureRecords';
import { useCard } from './useCard';

/** Saves the card's figure. */
function CardMenu({ question, record, figure }: { question: Question; record: CardRecord; figure: Figure }) {
	const caption = { note: `${plural(record.seeds, 'seed')}. ${record.provenance}`, link: addressOf(linkOf(question.experiment)) };
	return <FigureMenu title={question.question} caption={caption} records={async () => figureRecords(figure)} />;
}

/** A question with its answer in little space. The whole card is a link that opens the lab with the question loaded. */
export function QuestionCard({ question, onOpen }: { question: Question; onOpen(question: Question): void }) {
	const { ref, record, seconds } = useCard(question);
	const { experiment } = question;
	const missing = record === undefined ? 'Loading…' : 'The record could not be loaded.';
	const note = question.recorded && !record ? missing : '';
	const seeds = record?.seeds ?? experiment.seeds.length;
	return (
		<article ref={ref} className="card panel">
			<div className="card-verdict">
				{note ? <span className="label">{note}</span> : <VerdictChip verdict={record?.judgement.verdict ?? 'not recorded'} />}
				{record?.own && <span className="label">your training</span>}
				{record && <Provenance text={record.provenance} />}
				<span className="spring" />
				{record?.figure && <CardMenu question={question} record={record} figure={record.figure} />}
			</div>
			<h3>
				<a href={`#${linkOf(experiment)}`} onClick={() => onOpen(question)}>
					{question.question}
				</a>
			</h3>
			<div className="card-figure figure-part">
				{record?.figure && <FigureView figure={record.figure} />}
				{!record && !question.recorded && <p className="label">Not recorded. {question.prediction}</p>}
			</div>
			<p className="card-facts label">
				{plural(seeds, 'seed')} · {plural(countRuns(experiment), 'run')}
				{seconds !== null && ` · about ${formatDuration(seconds)} on this device`}
			</p>
		</article>
	);
}
