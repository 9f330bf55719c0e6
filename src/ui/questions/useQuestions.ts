import { useCallback, useMemo, useState } from 'react';
import type { Preset } from '../../experiment/presets';
import type { Experiment } from '../../experiment/types';
import { useIsGallery } from '../shared/address';
import { linkOf } from '../shared/linkOf';

export interface Questions {
	/** The gallery is shown in place of the lab. */
	gallery: boolean;
	/** True for the experiment of the question that was opened last from the gallery or the menu. */
	isOpened(experiment: Experiment): boolean;
	/** Notes that the question's link was followed. */
	note(question: Pick<Preset, 'experiment'>): void;
	/** Opens a question: fills the form with its experiment, in the lab. */
	open(question: Pick<Preset, 'experiment'>): void;
	/** Treats the opened question as any other experiment. */
	leave(): void;
}

/** The gallery's address, and the question that was opened. */
export function useQuestions(replace: (experiment: Experiment) => void): Questions {
	const gallery = useIsGallery();
	const [opened, setOpened] = useState<string | null>(null);
	const note = useCallback(({ experiment }: Pick<Preset, 'experiment'>) => setOpened(linkOf(experiment)), []);
	const open = useCallback(
		(question: Pick<Preset, 'experiment'>) => {
			const link = linkOf(question.experiment);
			note(question);
			// A new address is a step that the browser's Back returns from.
			if (location.hash.slice(1) === link) replace(structuredClone(question.experiment));
			else location.hash = link;
		},
		[note, replace],
	);
	return useMemo(
		() => ({
			gallery,
			isOpened: (experiment) => opened !== null && linkOf(experiment) === opened,
			note,
			open,
			leave: () => setOpened(null),
		}),
		[gallery, opened, note, open],
	);
}
