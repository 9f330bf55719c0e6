import type { Op } from './op';
import * as ops from './ops';

/** Every op, sorted by name, for tests and the check of a user's GPU. Graphs hold the ops themselves and need no registry. */
export const OPS: readonly Op[] = Object.values<Op>(ops).sort((a, b) => (a.name < b.name ? -1 : 1));
