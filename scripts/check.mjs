/** `npm run check`: the static checks, to run before a commit. */
import { ensurePackages } from './setup/packages.mjs';
import { staticChecks } from './static-checks.mjs';

ensurePackages();
process.exitCode = staticChecks().failed ? 1 : 0;
