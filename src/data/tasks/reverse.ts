import { createRearrangement } from './rearrangement';

export const createReverseTask = createRearrangement((given) => given.toReversed());
