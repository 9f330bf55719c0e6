/**
 * Sets up a fresh machine. `npm start` and `npm test` do the same automatically.
 *   node scripts/setup.mjs           installs the npm packages
 *   node scripts/setup.mjs --tests   also installs Chromium and a Vulkan driver, which the tests need
 */
import { ensureMachine } from './setup/machine.mjs';
import { ensurePackages } from './setup/packages.mjs';

ensurePackages();
if (process.argv.includes('--tests')) ensureMachine();
