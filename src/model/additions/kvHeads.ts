import type { Addition } from './addition';

/** GQA: the attention ops themselves read KV head ⌊i·G/H⌋ for query head i. Ainslie et al., arXiv 2305.13245. */
export const kvHeads: Addition<number | null> = {};
