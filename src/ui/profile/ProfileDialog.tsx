import { useEffect, useState } from 'react';
import { methodLabel } from '../../experiment/methods/names';
import type { ProfileProgress, StepReport as Report } from '../../experiment/records/stepReport';
import type { Experiment } from '../../experiment/types';
import { profilesOf, reportOf } from '../../session/client/gpu/stepProfiles';
import type { LabSnapshot } from '../../session/client/store/labSnapshot';
import { ActionButton } from '../actions/ActionButton';
import { PROFILE_ACTIONS, type ProfileContext } from '../actions/profileActions';
import { formRefusal, gpuRefusal, startRefusal, type TrainingContext } from '../actions/trainingActions';
import { adapterText } from '../shared/adapterText';
import { Dialog } from '../shared/Dialog';
import { download } from '../shared/download';
import { FigureMenu } from '../shared/figures/FigureMenu';
import { linkOf } from '../shared/linkOf';
import { addressOf } from '../shared/openedLink';
import { useStore } from '../shared/useLab';
import { StepReport } from './StepReport';
import './profile.css';
import { kernelRecord, progressShare, progressText } from './stepText';

const { measure, stop } = PROFILE_ACTIONS;

/** Measures a training step of the form's experiment, and shows where its time goes. Closing it ends the measurement. */
export default function ProfileDialog({ context, onClose }: { context: TrainingContext; onClose(): void }) {
	const { client, lab, experiment } = context;
	const profiles = profilesOf(client);
	const state = useStore(profiles);
	const [chosen, setMethod] = useState('');
	const [tune, setTune] = useState(false);
	const method = experiment.methods.includes(chosen) ? chosen : experiment.methods[0];
	const { measuring, failure } = state;
	const report = reportOf(state, experiment, method);
	useEffect(() => () => profiles.stop(), [profiles]);
	const actions: ProfileContext = {
		refusal: refusalOf(context),
		measuring: measuring !== null,
		measured: report !== undefined,
		measure: () => void profiles.measure(experiment, method, tune),
		stop: () => profiles.stop(),
	};
	const tools = report && <SaveMenu report={report} experiment={experiment} lab={lab} />;
	return (
		<Dialog title="Where a step’s time goes" className="profile-dialog" onClose={onClose} tools={tools}>
			{!report && (
				<p>
					Times a training step of the form’s experiment on this GPU, kernel by kernel. That takes a few seconds on a GPU and longer on a
					software adapter. Training waits meanwhile, and then continues with the same numbers.
				</p>
			)}
			<div className="buttons profile-actions">
				{experiment.methods.length > 1 && (
					<label className="inline">
						Method
						<select value={method} disabled={measuring !== null} onChange={(event) => setMethod(event.target.value)}>
							{experiment.methods.map((name) => (
								<option key={name} value={name}>
									{methodLabel(name)}
								</option>
							))}
						</select>
					</label>
				)}
				{lab.adapter?.software === false && (
					<label className="inline">
						<input type="checkbox" checked={tune} disabled={measuring !== null} onChange={(event) => setTune(event.target.checked)} />
						Find the fastest tiles first
					</label>
				)}
				<ActionButton action={measure} context={actions} className={report ? '' : 'loud'} />
				{measuring && <ActionButton action={stop} context={actions} />}
			</div>
			{tune && (
				<p className="label">
					Times each product with every size of tiles. Later trainings in this browser use what is clearly faster than the rule’s choice. No
					number of a training depends on it.
				</p>
			)}
			{actions.refusal && <p className="label">{actions.refusal}</p>}
			{measuring && <MeasurementProgress progress={measuring.progress} />}
			{failure && (
				<p className="error" role="alert">
					The step could not be measured: {failure}.
				</p>
			)}
			{report && !measuring && <StepReport label={methodLabel(method)} report={report} />}
		</Dialog>
	);
}

function refusalOf({ lab, invalidFields }: TrainingContext): string {
	return startRefusal(lab) || (lab.adapter ? '' : 'No GPU was found.') || formRefusal(invalidFields) || gpuRefusal(lab);
}

function MeasurementProgress({ progress }: { progress: ProfileProgress }) {
	const share = progressShare(progress);
	return (
		<div className="progress-block">
			<p role="status">{progressText(progress)}</p>
			<div
				className="progress"
				role="progressbar"
				aria-label="Measurement of a step"
				aria-valuemin={0}
				aria-valuemax={100}
				aria-valuenow={Math.round(100 * share)}
			>
				<span style={{ transform: `scaleX(${share})` }} />
			</div>
		</div>
	);
}

function SaveMenu({ report, experiment, lab: { adapter } }: { report: Report; experiment: Experiment; lab: LabSnapshot }) {
	const title = `Where a step’s time goes in ${methodLabel(report.method)}`;
	const caption = { note: `Measured on ${adapter ? adapterText(adapter) : 'this GPU'}`, link: addressOf(linkOf(experiment)) };
	const saveJson = () => {
		const file = { adapter, userAgent: navigator.userAgent, date: new Date().toISOString(), link: caption.link, ...report };
		download('resformer-lab-step.json', 'application/json', `${JSON.stringify(file, null, '\t')}\n`);
	};
	return (
		<FigureMenu
			title={title}
			caption={caption}
			records={async () => report.times.kernels.map(kernelRecord)}
			more={[{ label: 'Save as JSON', why: '', act: saveJson }]}
		/>
	);
}
