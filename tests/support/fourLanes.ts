/** Imported by files that test kernels for GPUs, before they open an adapter. */
import { FOUR_LANES } from './lanes';

Object.assign(process.env, FOUR_LANES);
