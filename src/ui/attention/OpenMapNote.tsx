import { firstTokenShare } from '../measures/firstToken';
import { type Compared, differenceBetween } from '../measures/mostDifferent';
import { formatCount, formatShare, list } from '../shared/format';
import type { ColumnView } from './columns';

interface Props {
	columns: readonly ColumnView[];
	layer: number;
	head: number;
	compared: Compared;
	/** The maps follow the place where they differ most. */
	follows: boolean;
	onFollow(): void;
}

/** Which map is open and why, with the number that the runs shown differ by. */
export function OpenMapNote({ columns, layer, head, compared, follows, onFollow }: Props) {
	const shown = columns.filter((column) => column.frame !== null && layer < column.frame.layers && head < column.frame.heads);
	if (shown.length === 0) return null;
	const steps = [...new Set(shown.map(({ frame }) => formatCount(frame?.step ?? 0)))];
	const difference = differenceText(shown, layer, head, compared);
	return (
		<p className="open-note label">
			Open: layer {layer + 1}, head {head + 1}, step {list(steps)}
			{follows && isPair(shown) && ', where these runs differ most'}
			{difference && `: ${difference}`}.{' '}
			{shown[0].run.recorded && 'Recorded results can’t be changed. Press Train to mask tokens, switch heads off and set λ. '}
			{!follows && columns.length > 1 && (
				<button type="button" className="link" onClick={onFollow}>
					Show where the runs differ most
				</button>
			)}
		</p>
	);
}

/** True for the maps of two runs at one step, of one shape: only these are compared. */
function isPair(shown: readonly ColumnView[]): boolean {
	const [a, b] = shown;
	return shown.length === 2 && a.run !== b.run && a.frame?.step === b.frame?.step && sameShape(a.frame, b.frame);
}

const sameShape = (a: ColumnView['frame'], b: ColumnView['frame']): boolean =>
	a !== null && b !== null && a.length === b.length && a.heads === b.heads && a.layers === b.layers;

function differenceText(shown: readonly ColumnView[], layer: number, head: number, compared: Compared): string {
	const values = shown.flatMap(({ run, role, frame }) =>
		frame && compared === 'first' ? [`${formatShare(firstTokenShare(frame, layer, head))} in ${run.name}${role}`] : [],
	);
	if (values.length > 0) return `in this sequence the other tokens give the first one ${list(values)}`;
	const [a, b] = shown.map(({ frame }) => frame);
	if (!a || !b || !sameShape(a, b)) return '';
	return `${formatShare(differenceBetween(a, b, layer, head, 'rows'))} of a row’s attention goes to other tokens, on average`;
}
