/** Float16Array, which Node 20 lacks and webgpu-utils reads as it loads. Import it first. */
import { Float16Array } from '@petamoriken/float16';

if (!('Float16Array' in globalThis)) Object.assign(globalThis, { Float16Array });
