import { useCallback, useEffect, useMemo, useState } from 'react';
import { useResultsLink } from './answer/useResultsLink';
import { useSeen } from './answer/useSeen';
import { refusal } from './checkpoint/refusal';
import { StartFrom } from './checkpoint/StartFrom';
import { GpuDialog } from './dialogs/GpuDialog';
import { HelpDialog } from './dialogs/HelpDialog';
import { Cost } from './form/Cost';
import { ExperimentForm } from './form/ExperimentForm';
import { useExperiment } from './form/useExperiment';
import { Header } from './header/Header';
import { Notices } from './notices/Notices';
import { NoWebGpu } from './notices/NoWebGpu';
import { Panels } from './Panels';
import { isForControl, useKey, useMedia } from './shared/hooks';
import { TipLayer } from './shared/tip';
import { useClient, useLab } from './shared/useLab';
import { useSame } from './shared/useSame';
import { useTheme } from './theme/useTheme';
import { primaryAction } from './transport/primary';
import { formChanged, newRuns } from './transport/queue';
import { Transport } from './transport/Transport';

/** How long the form rests before its cost is asked for, milliseconds. */
const ESTIMATE_DELAY = 150;

/** What the page answers before it draws what the worker said. */
const INPUTS = ['pointerdown', 'keydown', 'click', 'change'] as const;

/** The page: what is compared on the left, who learns better above, what attention does below. */
export function App() {
	const client = useClient();
	const lab = useLab();
	const form = useExperiment();
	const seen = useSeen();
	const { theme, shade, next } = useTheme();
	const wide = useMedia('(min-width: 1200px)');
	const narrow = useMedia('(max-width: 699px)');
	const [drawer, setDrawer] = useState(false);
	const [dialog, setDialog] = useState<'help' | 'gpu' | null>(null);

	const { experiment, errors } = form.draft;
	useEffect(() => {
		const timer = setTimeout(() => client.estimate(experiment), ESTIMATE_DELAY);
		return () => clearTimeout(timer);
	}, [client, experiment]);

	const infos = useSame(lab.runs.map(({ info }) => info));
	const changed = useMemo(() => formChanged(experiment, lab.experiment, infos), [experiment, lab.experiment, infos]);
	const wrong = Object.keys(errors).length;
	const refused = refusal(lab, wrong);
	const addable = useMemo(() => (refused ? 0 : newRuns(experiment, infos)), [refused, experiment, infos]);
	const primary = primaryAction(lab, changed, wrong);
	const act = () => {
		if (primary.action === 'train') {
			setDrawer(false);
			client.start(experiment);
			// On a phone the form is above the charts: bring what was asked for into view.
			if (narrow) document.getElementById('question')?.scrollIntoView({ block: 'start' });
		} else if (primary.action === 'pause') client.pause();
		else if (primary.action === 'resume') client.resume();
	};
	const add = () => {
		setDrawer(false);
		client.add(experiment);
	};
	const step = () => {
		if (lab.runs.length === 0) client.startWithStep(experiment);
		else client.step();
	};
	useKey((event) => {
		if (dialog || event.defaultPrevented) return;
		if (event.key === 'Escape') setDrawer(false);
		else if (event.key === '?' && !(event.target as Element).closest('input, textarea, dialog')) setDialog('help');
		else if (event.key === ' ' && !isForControl(event)) {
			event.preventDefault();
			act();
		}
	});

	useEffect(() => {
		const note = () => client.store.noteInput();
		for (const type of INPUTS) addEventListener(type, note, true);
		return () => {
			for (const type of INPUTS) removeEventListener(type, note, true);
		};
	}, [client]);

	useEffect(() => {
		// A file dropped beside its place would replace the page, and end the training.
		const keep = (event: DragEvent) => event.preventDefault();
		for (const type of ['dragover', 'drop'] as const) addEventListener(type, keep);
		return () => {
			for (const type of ['dragover', 'drop'] as const) removeEventListener(type, keep);
		};
	}, []);

	const withResults = useResultsLink(lab);
	const openHelp = useCallback(() => setDialog('help'), []);
	const openGpu = useCallback(() => setDialog('gpu'), []);
	const linkProblems = useMemo(() => [...form.linkProblems, ...seen.problems], [form.linkProblems, seen.problems]);
	const dismissLink = () => {
		form.dismissLinkProblems();
		seen.dismissProblems();
	};
	const openForm = useCallback(() => setDrawer((open) => !open), []);
	const rail = (
		<>
			<ExperimentForm form={form} estimate={lab.estimate} />
			<StartFrom experiment={experiment} why={refused} />
			<Cost estimate={lab.estimate} runs={experiment.methods.length * experiment.seeds.length} />
		</>
	);
	return (
		<TipLayer>
			<div className="app">
				<Header
					experiment={experiment}
					adapter={lab.adapter}
					unavailable={lab.unavailable !== null}
					theme={theme}
					withResults={withResults}
					onPreset={form.replace}
					onTheme={next}
					onHelp={openHelp}
					onGpu={openGpu}
					onForm={wide || narrow ? null : openForm}
					formOpen={drawer}
				/>
				<aside className={`rail ${drawer ? 'open' : ''}`} aria-label="Experiment" inert={!wide && !narrow && !drawer}>
					{rail}
				</aside>
				{drawer && !wide && !narrow && <div className="drawer-shade" onPointerDown={() => setDrawer(false)} />}
				<Transport lab={lab} primary={primary} changed={changed} addable={addable} onPrimary={act} onAdd={add} onStep={step} />
				<main className="main">
					<Notices lab={lab} linkProblems={linkProblems} onDismissLink={dismissLink} />
					{lab.unavailable && <NoWebGpu {...lab.unavailable} />}
					<Panels lab={lab} experiment={experiment} seen={seen} shade={shade} onPreset={form.replace} />
				</main>
			</div>
			{dialog === 'help' && <HelpDialog onClose={() => setDialog(null)} />}
			{dialog === 'gpu' && <GpuDialog lab={lab} onClose={() => setDialog(null)} />}
		</TipLayer>
	);
}
