/**
 * Makes a fresh machine ready. `npm start` and `npm test` call this by themselves; by hand:
 *   node scripts/setup.mjs           npm packages
 *   node scripts/setup.mjs --tests   and what the tests need: Chromium and a Vulkan driver
 */
import { ensureMachine } from './setup/machine.mjs';
import { ensurePackages } from './setup/packages.mjs';

ensurePackages();
if (process.argv.includes('--tests')) ensureMachine();
