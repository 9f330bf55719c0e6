import { countRuns } from '../experiment/runs';
import { formRefusal, startRefusal, type TrainingContext } from './actions/trainingActions';
import type { ViewContext } from './actions/viewActions';
import { StartFrom } from './checkpoint/StartFrom';
import { Cost } from './form/Cost';
import { ExperimentForm } from './form/ExperimentForm';
import type { ExperimentForm as Form } from './form/useExperiment';
import type { Drawer } from './useDrawer';

interface Props {
	form: Form;
	training: TrainingContext;
	drawer: Drawer;
	view: ViewContext;
}

/** The form, the start from a checkpoint and the cost; a drawer on a middle-sized window. */
export function Rail({ form, training: { lab, invalidFields }, drawer, view }: Props) {
	const { experiment } = form.draft;
	return (
		<>
			<aside className={`rail ${drawer.open ? 'open' : ''}`} aria-label="Experiment" inert={drawer.closed}>
				<ExperimentForm form={form} estimate={lab.estimate} />
				<StartFrom experiment={experiment} why={startRefusal(lab) || formRefusal(invalidFields)} onFill={form.replace} />
				<Cost estimate={lab.estimate} runs={countRuns(experiment)} view={view} />
			</aside>
			{drawer.open && <div className="drawer-shade" onPointerDown={drawer.close} />}
		</>
	);
}
