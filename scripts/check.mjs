/** `npm run check`: types, lint and format, imports. Takes seconds, for before a commit. */
import { ensurePackages } from './setup/packages.mjs';
import { staticChecks } from './static-checks.mjs';

ensurePackages();
process.exitCode = staticChecks().failed ? 1 : 0;
