import { createRearrangement } from './rearrangement';

export const createSortTask = createRearrangement((given) => given.toSorted());
