import { useMemo, useState } from 'react';
import type { PageDialog, ViewContext } from './actions/viewActions';
import { useResultsLink } from './answer/useResultsLink';
import { useSeen } from './answer/useSeen';
import { useExperiment } from './form/useExperiment';
import { Header } from './header/Header';
import { Notices } from './notices/Notices';
import { Panels } from './Panels';
import { useQuestions } from './questions/useQuestions';
import { Rail } from './Rail';
import { lazyDialog, lazyPanel, useDialogScripts } from './shared/dialogScripts';
import { TipLayer } from './shared/tip';
import { useTheme } from './theme/useTheme';
import { Transport } from './transport/Transport';
import { useDrawer } from './useDrawer';
import { useEstimates } from './useEstimates';
import { useFileDropGuard } from './useFileDropGuard';
import { useInputPacing } from './useInputPacing';
import { usePageKeys } from './usePageKeys';
import { useStoredTrainings } from './useStoredTrainings';
import { useTraining } from './useTraining';

const StoredNotices = lazyPanel(() => import('./stored/StoredNotices'));
const StoredSpace = lazyPanel(() => import('./stored/StoredSpace'));
const GpuDialog = lazyDialog(() => import('./dialogs/GpuDialog'));
const Gallery = lazyDialog(() => import('./questions/Gallery'));
const ProfileDialog = lazyDialog(() => import('./profile/ProfileDialog'));
const HelpDialog = lazyDialog(() => import('./dialogs/HelpDialog'));
const NoWebGpu = lazyPanel(() => import('./notices/NoWebGpu'));
const NewVersion = lazyPanel(() => import('./notices/NewVersion'));

/** The page: the experiment on the left; the answer, charts, maps and runs on the right. */
export function App() {
	const form = useExperiment();
	const questions = useQuestions(form.replace);
	const seen = useSeen();
	const drawer = useDrawer();
	const { theme, shade, next } = useTheme();
	const [dialog, setDialog] = useState<PageDialog | null>(null);
	const training = useTraining(form.draft, drawer);
	const { lab } = training;
	const { experiment } = form.draft;
	const view = useMemo<ViewContext>(
		() => ({ theme, nextTheme: next, openDialog: setDialog, formOpen: drawer.open, toggleForm: drawer.toggle }),
		[theme, next, drawer.open, drawer.toggle],
	);
	usePageKeys(questions.gallery ? null : training, view, dialog !== null);
	useEstimates(experiment);
	useInputPacing();
	useFileDropGuard(training.client);
	useDialogScripts();
	const anyStored = useStoredTrainings();
	const withResults = useResultsLink(lab);
	const linkProblems = useMemo(() => [...form.linkProblems, ...seen.problems], [form.linkProblems, seen.problems]);
	const dismissLink = () => {
		form.dismissLinkProblems();
		seen.dismissProblems();
	};
	const closeDialog = () => setDialog(null);
	return (
		<TipLayer>
			<div className="app">
				<Header
					experiment={experiment}
					adapter={lab.adapter}
					unavailable={lab.unavailable !== null}
					withResults={withResults}
					gallery={questions.gallery}
					onPreset={questions.open}
					view={view}
					drawer={drawer.folded && !questions.gallery}
				/>
				{questions.gallery ? (
					<Gallery lab={lab} onOpen={questions.note} />
				) : (
					<>
						<Rail form={form} training={training} drawer={drawer} view={view} />
						<Transport context={training} />
						<main className="main">
							{anyStored && <StoredNotices lab={lab} onContinue={form.replace} />}
							<Notices lab={lab} linkProblems={linkProblems} onDismissLink={dismissLink} />
							<Panels training={training} questions={questions} seen={seen} shade={shade} />
							{lab.unavailable && <NoWebGpu {...lab.unavailable} />}
							{anyStored && <StoredSpace onContinue={form.replace} />}
						</main>
					</>
				)}
			</div>
			{import.meta.env.PROD && <NewVersion />}
			{dialog === 'help' && <HelpDialog onClose={closeDialog} />}
			{dialog === 'gpu' && <GpuDialog lab={lab} view={view} onClose={closeDialog} />}
			{dialog === 'profile' && <ProfileDialog context={training} onClose={closeDialog} />}
		</TipLayer>
	);
}
