import { FIELDS, type FieldName } from '../../../experiment/fields';
import { methodLabel } from '../../../experiment/methods/names';
import { sweepPoints, sweptFields } from '../../../experiment/sweep';
import type { Experiment } from '../../../experiment/types';
import { ScrollRegion } from '../../shared/ScrollRegion';

/** The points of a sweep: one row each, with the values of the fields that differ. */
export function PointTable({ experiment }: { experiment: Experiment }) {
	const fields = sweptFields(experiment);
	return (
		<ScrollRegion className="table-scroll sweep-points" label="Points of the sweep">
			<table className="data">
				<thead>
					<tr>
						<th scope="col">Point</th>
						{fields.map((name) => (
							<th scope="col" key={name} className={name === 'methods' ? undefined : 'number'}>
								{FIELDS[name].label}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{sweepPoints(experiment).map(({ index, experiment: point }) => (
						<tr key={index}>
							<th scope="row">{index + 1}</th>
							{fields.map((name) => (
								<td key={name} className={name === 'methods' ? undefined : 'number'}>
									{textOf(name, point)}
								</td>
							))}
						</tr>
					))}
				</tbody>
			</table>
		</ScrollRegion>
	);
}

function textOf(name: FieldName, experiment: Experiment): string {
	if (name !== 'methods') return String(experiment[name] ?? 'auto');
	return experiment.methods.map(methodLabel).join(', ');
}
