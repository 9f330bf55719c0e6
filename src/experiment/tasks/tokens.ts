/** The token at the start of each sequence, in the tasks that have one. */
export const START = '<s>';
/** The token between a sequence and its answer. */
export const SEPARATOR = '→';
