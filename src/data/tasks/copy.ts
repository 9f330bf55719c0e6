import { createRearrangement } from './rearrangement';

export const createCopyTask = createRearrangement((given) => given);
