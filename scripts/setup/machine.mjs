/** Sets up the browser and the Vulkan driver that the tests need. */
import { existsSync, mkdirSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { addBackports, aptAllowed, aptInstall, aptUpdate, candidateMajor, distribution } from './apt.mjs';
import { findChrome } from './chrome.mjs';
import { root, run, say } from './shell.mjs';

/** Dawn refuses older lavapipes: they lack dynamic indexing of uniform arrays. */
const oldestMesa = 23;

/**
 * Name of the adapter that Dawn finds, empty if none. Tries Dawn in a separate process, because package versions don't show whether it
 * accepts a driver.
 * @param {NodeJS.ProcessEnv} env
 */
function adapterName(env) {
	const result = run(process.execPath, [join(root, 'scripts/setup/adapter.mjs')], { env, timeout: 60_000 });
	return result.ok ? result.out.trim() : '';
}

/** @returns {string | undefined} */
function ensureChrome() {
	const found = findChrome();
	if (found) return found;
	// Debian only: Ubuntu's package of this name starts a snap, which can't run in containers.
	if (distribution().id === 'debian' && aptAllowed()) {
		aptUpdate();
		aptInstall(['chromium']);
		const installed = findChrome();
		if (installed) return installed;
	}
	say('no Chrome or Chromium found: the page tests will fail. Install one, or set CHROME_PATH to its executable.');
	return undefined;
}

function installLavapipe() {
	if (!aptAllowed()) return;
	aptUpdate();
	const packages = ['mesa-vulkan-drivers', 'libvulkan1'];
	if (candidateMajor(packages[0]) >= oldestMesa) {
		aptInstall(packages);
		return;
	}
	const { id, codename } = distribution();
	const backports = id === 'debian' ? addBackports(codename) : undefined;
	if (!backports) say(`this system has no Mesa ${oldestMesa} or newer to install`);
	else if (!aptInstall(packages, `${codename}-backports`)) backports.undo();
}

/** @param {string | undefined} chrome @returns {string | undefined} description file of SwiftShader, the software driver that Chromium includes */
function swiftShader(chrome) {
	const folders = [
		'/usr/lib/chromium',
		'/usr/lib/chromium-browser',
		'/usr/lib64/chromium-browser',
		'/opt/google/chrome',
		chrome ? dirname(chrome) : '',
	];
	return folders.map((folder) => join(folder, 'vk_swiftshader_icd.json')).find((path) => existsSync(path));
}

/** A folder for XDG_RUNTIME_DIR, which Mesa and Chromium expect; many containers have none. */
function runtimeFolder() {
	const folder = join(tmpdir(), `resformer-lab-runtime-${userInfo().uid}`);
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	return folder;
}

/**
 * Sets up this machine for the tests as far as possible, and prints what is missing.
 * @returns {NodeJS.ProcessEnv} the environment for the tests
 */
export function ensureMachine() {
	/** @type {NodeJS.ProcessEnv} */
	const env = { ...process.env };
	env.XDG_RUNTIME_DIR ??= runtimeFolder();
	env.HOME ??= homedir();
	const chrome = ensureChrome();
	if (chrome) env.CHROME_PATH = chrome;

	let adapter = adapterName(env);
	if (!adapter && process.platform === 'linux') {
		installLavapipe();
		adapter = adapterName(env);
	}
	const driver = swiftShader(chrome);
	if (!adapter && driver) {
		adapter = adapterName({ ...env, VK_ICD_FILENAMES: driver });
		if (adapter) {
			env.VK_ICD_FILENAMES = driver;
			say('no usable Vulkan driver: the GPU tests run on Chromium’s SwiftShader, about ten times slower');
		}
	}
	say(
		adapter
			? `WebGPU in Node: ${adapter}`
			: 'no WebGPU in Node: the GPU tests will fail. Install a Vulkan driver, such as Mesa 23 or newer.',
	);
	return env;
}
