import type { AdditionDescriptor, SchemeDescriptor } from './descriptor';
import { ADDITIONS, SCHEMES } from './index';
import { methodsOf, usedAdditions } from './names';

/** An ingredient in plain words, with the address of its paper. */
export interface Definition {
	text: string;
	/** Null if the source is not on arXiv. */
	address: string | null;
}

/** The ingredients of an experiment's methods, each once, without the standard transformer. */
export function definitionsOf(experiment: { methods: readonly string[] }): Definition[] {
	const used = new Set<Pick<SchemeDescriptor | AdditionDescriptor, 'plain' | 'source'>>();
	for (const method of methodsOf(experiment)) {
		if (method.scheme.name !== 'own') used.add(SCHEMES[method.scheme.name]);
		for (const name of usedAdditions(method)) used.add(ADDITIONS[name]);
	}
	return [...used].map(({ plain, source }) => ({ text: plain, address: arxivAddress(source) }));
}

function arxivAddress(source: string): string | null {
	const number = /arXiv (\d{4}\.\d{5})/.exec(source)?.[1];
	return number === undefined ? null : `https://arxiv.org/abs/${number}`;
}
