import { lastAt } from '../../session/client/runs/kept';
import { useCursor } from '../shared/cursor';
import { Swatch } from '../theme/Swatch';
import type { ChartData } from './chartData';
import { measuredPoints } from './curves';
import type { Line } from './lines';
import type { Scales } from './scales';
import { X_TEXT, type XAxis } from './xAxis';

interface Props {
	data: ChartData;
	scales: Scales;
	axis: XAxis;
	/** True if validation losses are drawn too. */
	validation: boolean;
	format(value: number): string;
	/** Width of the chart, CSS pixels. */
	width: number;
	/** True if the keyboard moves the cursor: screen readers then announce the values. */
	spoken: boolean;
}

/** Height of one row of the reading, CSS pixels. */
const ROW = 18;

/** The cursor's position and the value of every visible line there. */
export function Reading({ data, scales, axis, validation, format, width, spoken }: Props) {
	const step = useCursor();
	if (step === null || data.lines.length === 0) return null;
	const { area } = scales;
	const x = data.reference.at(step);
	const left = scales.x(x);
	if (left < area.x - 1 || left > area.x + area.width + 1) return null;
	const columns = Math.ceil(data.lines.length / Math.max(4, Math.floor(area.height / ROW) - 1));
	const side = left < width / 2 ? { left: left + 12, maxWidth: width - left - 14 } : { right: width - left + 12, maxWidth: left - 14 };
	const ranged = columns === 1 && data.lines.some(({ runs }) => runs.length > 1);
	return (
		<>
			<div className="cursor-line" style={{ left, top: area.y, height: area.height }} />
			<div className="reading" style={side} role="status" aria-live={spoken ? 'polite' : 'off'}>
				<p className="muted">
					{X_TEXT[axis].read(x)}
					{(axis === 'tokens' || axis === 'rates') && `, ${X_TEXT.steps.read(step)}`}
					{validation && columns === 1 && `; training${ranged ? ' (mean, range)' : ''}, validation`}
				</p>
				<ul style={{ columns }}>
					{data.lines.map((line) => (
						<Row
							key={line.key}
							line={line}
							step={axis === 'steps' ? step : line.position.stepAt(x)}
							format={format}
							validation={validation && columns === 1}
							ranged={ranged}
						/>
					))}
				</ul>
			</div>
		</>
	);
}

interface RowProps {
	line: Line;
	step: number;
	format(value: number): string;
	validation: boolean;
	/** True if there is room for the range over seeds. */
	ranged: boolean;
}

function Row({ line, step, format, validation, ranged }: RowProps) {
	const found = line.read(step);
	return (
		<li>
			<Swatch style={line.style} width={16} />
			<span className="ellipsis">
				{line.label}
				{line.seed !== null && <span className="muted"> seed {line.seed}</span>}
			</span>
			<span className="number">{found ? format(found.mean) : '–'}</span>
			{ranged && line.runs.length > 1 && (
				<span className="number muted">{found ? `${format(found.low)} to ${format(found.high)}` : ''}</span>
			)}
			{validation && <span className="number">{validationAt(line, step, format)}</span>}
		</li>
	);
}

/** The mean of the last validation losses at or before the step. */
function validationAt({ runs }: Line, step: number, format: (value: number) => string): string {
	let sum = 0;
	for (const run of runs) {
		const { steps, values } = measuredPoints(run, 'validationLoss');
		const i = lastAt(steps, step);
		if (i < 0) return '–';
		sum += values[i];
	}
	return format(sum / runs.length);
}
