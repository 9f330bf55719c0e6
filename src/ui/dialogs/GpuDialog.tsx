import type { AdapterDescription } from '../../experiment/records/adapter';
import type { OpCheck } from '../../experiment/records/opCheck';
import { type CheckView, checksOf } from '../../session/client/gpu/opChecks';
import { recordsCsv } from '../../session/client/results/csvLine';
import type { LabSnapshot } from '../../session/client/store/labSnapshot';
import { ActionButton } from '../actions/ActionButton';
import { GPU_ACTIONS, type GpuContext } from '../actions/gpuActions';
import { VIEW_ACTIONS, type ViewContext } from '../actions/viewActions';
import { Dialog } from '../shared/Dialog';
import { download } from '../shared/download';
import { formatCount, formatError, plural } from '../shared/format';
import { ScrollRegion } from '../shared/ScrollRegion';
import { useClient, useStore } from '../shared/useLab';

/** The adapter, and a check of every op's kernels against float64 references, as a table to download. */
export default function GpuDialog({ lab, view, onClose }: { lab: LabSnapshot; view: ViewContext; onClose(): void }) {
	const checks = checksOf(useClient());
	const check = useStore(checks);
	const { adapter, unavailable } = lab;
	const context: GpuContext = {
		found: adapter !== null,
		running: check ? check.running : null,
		check: () => void checks.run(),
		save(kind) {
			if (!check || !adapter) return;
			if (kind === 'json') saveJson(adapter, check.rows);
			else download('gpu-check.csv', 'text/csv', recordsCsv(check.rows.map((row) => ({ ...row }))));
		},
	};
	return (
		<Dialog title="This GPU" className="wide" onClose={onClose}>
			{adapter && <Adapter adapter={adapter} />}
			{unavailable && <p>{unavailable.reason}</p>}
			<p>
				The check runs every kernel on this GPU, with ordinary and awkward shapes, and compares each result with a float64 reference. Where
				the GPU has shader-f16, it also checks the kernels that store float16. It takes about a minute.
			</p>
			<div className="buttons">
				<ActionButton action={GPU_ACTIONS.check} context={context} className="loud" />
				<ActionButton action={GPU_ACTIONS.saveJson} context={context} />
				<ActionButton action={GPU_ACTIONS.saveCsv} context={context} />
				<ActionButton action={VIEW_ACTIONS.profile} context={view} />
			</div>
			{check && <CheckTable check={check} />}
		</Dialog>
	);
}

function Adapter({ adapter }: { adapter: AdapterDescription }) {
	return (
		<dl className="pairs">
			<div>
				<dt>Adapter</dt>
				<dd>
					{adapter.name}
					{adapter.software && ' (software: it runs on the CPU and is slow)'}
				</dd>
			</div>
			<div>
				<dt>Vendor, architecture</dt>
				<dd>{[adapter.vendor, adapter.architecture].filter(Boolean).join(', ') || 'not reported'}</dd>
			</div>
			<div>
				<dt>Kernels</dt>
				<dd>{adapter.kernels}</dd>
			</div>
		</dl>
	);
}

function CheckTable({ check }: { check: CheckView }) {
	const opsIn = (rows: readonly OpCheck[]) => new Set(rows.map(({ op }) => op)).size;
	const isHalf = check.rows.some(({ storage }) => storage === 'float16');
	const failed = check.rows.filter((row) => !row.passed);
	const cases = check.rows.reduce((sum, row) => sum + row.cases, 0);
	const summary = check.running
		? `Checking: ${formatCount(check.done)} of ${check.total ? formatCount(check.total) : '…'}`
		: failed.length === 0
			? `All ${plural(opsIn(check.rows), 'op')} agree with their references over ${plural(cases, 'case')}${isHalf ? ', also with storage in float16' : ''}.`
			: `${plural(opsIn(failed), 'op')} of ${formatCount(opsIn(check.rows))} out of tolerance. Training on this GPU may be wrong; the table names the cases.`;
	return (
		<>
			<p role="status">{summary}</p>
			{check.running && (
				<div
					className="progress"
					role="progressbar"
					aria-label="Check of the GPU"
					aria-valuemin={0}
					aria-valuemax={check.total}
					aria-valuenow={check.done}
				>
					<span style={{ transform: `scaleX(${check.total ? check.done / check.total : 0})` }} />
				</div>
			)}
			<ScrollRegion label="Results of the check">
				<table className="data">
					<thead>
						<tr>
							<th scope="col">Op</th>
							<th scope="col">Storage</th>
							<th scope="col" className="number">
								Cases
							</th>
							<th scope="col" className="number">
								Largest error
							</th>
							<th scope="col" className="number">
								Tolerance
							</th>
							<th scope="col">Result</th>
							<th scope="col">Worst case</th>
						</tr>
					</thead>
					<tbody>
						{check.rows.map((row) => (
							<tr key={`${row.op} ${row.storage}`} className={row.passed ? '' : 'failed'}>
								<th scope="row" className="mono">
									{row.op}
								</th>
								<td>{row.storage}</td>
								<td className="number">{row.cases}</td>
								<td className="number">{formatError(row.largestError)}</td>
								<td className="number">{formatError(row.tolerance)}</td>
								<td>{row.passed ? 'pass' : 'FAIL'}</td>
								<td className="muted worst">{row.worstCase}</td>
							</tr>
						))}
					</tbody>
				</table>
			</ScrollRegion>
		</>
	);
}

function saveJson(adapter: AdapterDescription, rows: readonly OpCheck[]): void {
	const report = { adapter, userAgent: navigator.userAgent, date: new Date().toISOString(), rows };
	download('gpu-check.json', 'application/json', `${JSON.stringify(report, null, '\t')}\n`);
}
