import { encodeLink } from '../../experiment/link';
import type { Experiment } from '../../experiment/types';

const links = new WeakMap<Experiment, string>();

/** `encodeLink`, computed once per experiment object: several parts of the page need it, and experiments are never mutated. */
export function linkOf(experiment: Experiment): string {
	let link = links.get(experiment);
	if (link === undefined) {
		link = encodeLink(experiment);
		links.set(experiment, link);
	}
	return link;
}

/** A link's hash, and a sentence on what it leaves out; '' if it has everything. */
export interface CopiedLink {
	hash: string;
	leftOut: string;
}
