import { encodeLink } from '../../experiment/link';
import type { Experiment } from '../../experiment/types';

const links = new WeakMap<Experiment, string>();

/** `encodeLink`, once for each experiment: the header, the answer and the form all ask, and experiments never change. */
export function linkOf(experiment: Experiment): string {
	let link = links.get(experiment);
	if (link === undefined) {
		link = encodeLink(experiment);
		links.set(experiment, link);
	}
	return link;
}
