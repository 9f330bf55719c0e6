import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { FieldName } from '../../experiment/fields';
import { decodeLink } from '../../experiment/link';
import { FIRST_QUESTION } from '../../experiment/questions';
import type { SweepPoint } from '../../experiment/sweep';
import type { Experiment, Problem } from '../../experiment/types';
import { isGallery } from '../shared/address';
import { type Draft, draftOf, picked, swept, typed } from '../shared/draft';
import { linkOf } from '../shared/linkOf';
import { addressWithoutLink, openedLink } from '../shared/openedLink';
import { Visited } from './visited';

export interface ExperimentForm {
	draft: Draft;
	/** Problems of the link that was opened, until they are dismissed. */
	linkProblems: readonly Problem[];
	type(name: FieldName, text: string): void;
	pick<Name extends FieldName>(name: Name, value: Experiment[Name]): void;
	/** Sets the sweep's points; null removes the sweep. */
	sweep(points: readonly SweepPoint[] | null): void;
	replace(experiment: Experiment): void;
	dismissLinkProblems(): void;
}

/** The experiment of the address; that of the first question if it has none, as on the gallery. */
function openAddress(): { experiment: Experiment; problems: Problem[] } {
	const link = openedLink();
	if (link === '' || isGallery()) return { experiment: structuredClone(FIRST_QUESTION.experiment), problems: [] };
	return decodeLink(link);
}

/** True if the address is an experiment's. Browsers unescape some of its characters. */
function isAddressOf(experiment: Experiment): boolean {
	const [own, address] = [linkOf(experiment), location.hash.slice(1)];
	try {
		return decodeURIComponent(own) === decodeURIComponent(address);
	} catch {
		return own === address;
	}
}

/** The form, in step with the address: its hash holds what differs from the defaults, and opening one fills the form. */
export function useExperiment(): ExperimentForm {
	const [opened] = useState(openAddress);
	const [draft, setDraft] = useState<Draft>(() => draftOf(opened.experiment));
	const [linkProblems, setLinkProblems] = useState<readonly Problem[]>(opened.problems);

	const written = useRef<string | null>(null);
	const [visited] = useState(() => new Visited());
	/** The experiment that the address is about. */
	const shown = useRef<Experiment | null>(null);
	useEffect(() => {
		// Changing the address is slow, so the form is rendered first.
		const timer = setTimeout(() => {
			const hash = linkOf(draft.experiment);
			written.current = hash;
			shown.current = draft.experiment;
			if (isGallery()) return;
			visited.write(draft.experiment, `${addressWithoutLink()}#${hash}`);
		});
		return () => clearTimeout(timer);
	}, [draft.experiment, visited]);

	useEffect(() => {
		const open = () => {
			if (isGallery()) return;
			const present = visited.present();
			// A new address may keep the state of the entry that it came from.
			const known = present && isAddressOf(present) ? present : null;
			// An address that this page wrote, or the entry of another text that is too long for it.
			if (location.hash.slice(1) === written.current && !known) return;
			if (known === shown.current) return;
			const { experiment, problems } = known ? { experiment: known, problems: [] } : openAddress();
			setDraft(draftOf(experiment));
			setLinkProblems(problems);
		};
		// Going back fires `popstate`, also between entries of one address.
		for (const type of ['hashchange', 'popstate'] as const) addEventListener(type, open);
		return () => {
			for (const type of ['hashchange', 'popstate'] as const) removeEventListener(type, open);
		};
	}, [visited]);

	const type = useCallback((name: FieldName, text: string) => setDraft((before) => typed(before, name, text)), []);
	const pick = useCallback(
		<Name extends FieldName>(name: Name, value: Experiment[Name]) => setDraft((before) => picked(before, name, value)),
		[],
	);
	const sweep = useCallback((points: readonly SweepPoint[] | null) => setDraft((before) => swept(before, points)), []);
	const replace = useCallback((experiment: Experiment) => {
		setDraft(draftOf(experiment));
		setLinkProblems([]);
	}, []);
	const dismissLinkProblems = useCallback(() => setLinkProblems([]), []);
	return useMemo(
		() => ({ draft, linkProblems, type, pick, sweep, replace, dismissLinkProblems }),
		[draft, linkProblems, type, pick, sweep, replace, dismissLinkProblems],
	);
}
