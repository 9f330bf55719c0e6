/** `npm run -s lab -- …`: the lab in a terminal. */
import { runEntry } from './run.mjs';

await runEntry('src/cli/main.ts', process.argv.slice(2));
