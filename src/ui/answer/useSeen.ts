import { useEffect, useMemo, useState } from 'react';
import { decodeLink } from '../../experiment/link';
import { readSeen, type SharedMeasure } from '../../experiment/resultLink';
import type { Experiment, Problem } from '../../experiment/types';
import { isGallery } from '../shared/address';
import { linkOf } from '../shared/linkOf';
import { openedLink } from '../shared/openedLink';

interface Opened {
	seen: readonly SharedMeasure[];
	problems: readonly Problem[];
	/** The link of the experiment whose results these are. */
	link: string;
	/** The link as it was opened. */
	address: string;
}

const NO_PROBLEMS: readonly Problem[] = [];
const NOTHING: Opened = { seen: [], problems: [], link: '', address: '' };

function open(): Opened {
	const address = openedLink();
	const { seen, problems } = readSeen(address);
	return seen.length + problems.length === 0 ? NOTHING : { seen, problems, link: linkOf(decodeLink(address).experiment), address };
}

export interface Seen {
	/** Problems of that part of the link. */
	problems: readonly Problem[];
	/** Results of this experiment in the opened link; empty if it has none. */
	of(experiment: Experiment): readonly SharedMeasure[];
	/** The link as it was opened. */
	address: string;
	dismiss(): void;
	dismissProblems(): void;
}

const NONE: readonly SharedMeasure[] = [];

/** The results in the link that was opened, until they are dismissed or another link is opened. */
export function useSeen(): Seen {
	const [opened, setOpened] = useState(open);
	useEffect(() => {
		// The form rewrites the address of the same experiment without this part. That does not count as another link.
		const reopen = () => {
			if (isGallery()) return;
			setOpened((before) => {
				const next = open();
				// They are shown again if the user returns to their experiment.
				if (next !== NOTHING) return next;
				const same = linkOf(decodeLink(openedLink()).experiment) === before.link;
				return same ? before : { ...before, problems: NO_PROBLEMS };
			});
		};
		addEventListener('hashchange', reopen);
		return () => removeEventListener('hashchange', reopen);
	}, []);
	return useMemo(
		() => ({
			problems: opened.problems,
			address: opened.address,
			of: (experiment) => (opened.seen.length > 0 && linkOf(experiment) === opened.link ? opened.seen : NONE),
			dismiss: () => setOpened((before) => ({ ...before, seen: NONE })),
			dismissProblems: () => setOpened((before) => ({ ...before, problems: [] })),
		}),
		[opened],
	);
}
