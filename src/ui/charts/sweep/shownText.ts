/** The runs of a sweep that curves and maps show, in words. */
import type { FieldName } from '../../../experiment/fields';
import type { RunView } from '../../../session/client/store/labSnapshot';
import { plural } from '../../shared/format';
import { pointsText, pointText } from './pointText';

/** `2 of 100 points (all methods and seeds): learning rate 0.001 and 0.003`, or `SVFormer, seed 1, learning rate 0.001 and 3 more runs`. */
export function shownText(runs: readonly RunView[], swept: readonly FieldName[]): string {
	const visible = runs.filter((run) => run.visible);
	// The baseline’s run comes first.
	const last = visible.at(-1);
	if (!last) return 'none';
	const points = new Set(visible.map(({ info }) => info.point));
	const whole = runs.every((run) => run.visible === points.has(run.info.point));
	if (whole && visible.length > 2) {
		const all = new Set(runs.map(({ info }) => info.point)).size;
		const experiments = [...points].sort((a, b) => a - b).map((point) => visible.find(({ info }) => info.point === point)?.info.experiment);
		const text = pointsText(
			experiments.filter((experiment) => experiment !== undefined),
			swept,
		);
		return [`${points.size} of ${plural(all, 'point')} (all methods and seeds)`, text].filter(Boolean).join(': ');
	}
	const first = [`${last.name}, seed ${last.info.seed}`, pointText(last.info.experiment, swept)].filter(Boolean).join(', ');
	return visible.length > 1 ? `${first} and ${plural(visible.length - 1, 'more run')}` : first;
}
