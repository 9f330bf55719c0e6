/** Prints the adapter that Dawn finds, or fails. A separate program, because a bad driver can crash the process. */
import { create } from 'webgpu';

const gpu = create([]);
const adapter = await gpu.requestAdapter();
if (adapter) console.log(adapter.info.description || adapter.info.device);
// Dawn's threads would keep the process alive.
process.exit(adapter ? 0 : 1);
