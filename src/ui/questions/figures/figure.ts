/** The figure that answers a question at a glance. Plain functions. */
import type { Question } from '../../../experiment/questions';
import type { RunView } from '../../../session/client/store/labSnapshot';
import { type LineFigure, layerFigure, lossFigure, sweepFigure } from './lineFigures';
import { type MapFigure, mapFigure } from './mapFigure';

export type Figure = LineFigure | MapFigure;

/** The figure of the panel that answers; of what is measured instead if its runs lack that. Null if there is nothing to draw. */
export function figureOf(
	question: Pick<Question, 'shows' | 'expectations' | 'reports' | 'experiment'>,
	runs: readonly RunView[],
): Figure | null {
	const { shows, experiment } = question;
	const found = {
		attention: () => mapFigure(runs),
		layers: () => layerFigure(question, runs),
		loss: () => lossFigure(experiment, runs),
		sweep: () => sweepFigure(question, runs),
	}[shows]();
	return found ?? (experiment.sweep ? null : (layerFigure(question, runs) ?? lossFigure(experiment, runs)));
}
