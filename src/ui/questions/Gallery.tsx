/** The questions as cards; loaded when the gallery is opened. */
import { CONTROLS } from '../../experiment/presets';
import { QUESTIONS, type Question } from '../../experiment/questions';
import type { LabSnapshot } from '../../session/client/store/labSnapshot';
import { plural } from '../shared/format';
import { linkOf } from '../shared/linkOf';
import { QuestionCard } from './QuestionCard';
import './gallery.css';

/** Every question with its recorded answer, and the tasks that only check that training works. */
export default function Gallery({ lab, onOpen }: { lab: LabSnapshot; onOpen(question: Question): void }) {
	return (
		<main className="gallery">
			<div className="gallery-head">
				<h1>Questions</h1>
				<p>
					Each question was written down with a prediction and a rule for its verdict before it was recorded. The verdict follows from the
					recorded runs by that rule. Open one to read the claim and what would refute it, and to train it on your device.
				</p>
				{lab.state === 'running' && <p className="label">Training of {plural(lab.runs.length, 'run')} continues in the lab.</p>}
			</div>
			<div className="cards">
				{QUESTIONS.map((question) => (
					<QuestionCard key={question.name} question={question} onOpen={onOpen} />
				))}
			</div>
			<section className="controls-list" aria-labelledby="controls">
				<h2 id="controls">Controls</h2>
				<p className="label">
					Tasks with a known best loss, or with your own text. They check that training works and ask nothing of the paper.
				</p>
				<ul>
					{CONTROLS.map(({ name, title, question, experiment }) => (
						<li key={name}>
							<a href={`#${linkOf(experiment)}`}>{title}</a> <span className="label">{question}</span>
						</li>
					))}
				</ul>
			</section>
		</main>
	);
}
