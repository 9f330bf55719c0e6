/** Finds Chrome or Chromium on this machine. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'];

/** @returns {string[]} */
function candidates() {
	const { platform, env } = process;
	if (platform === 'darwin') {
		const apps = ['Google Chrome.app/Contents/MacOS/Google Chrome', 'Chromium.app/Contents/MacOS/Chromium'];
		return apps.flatMap((app) => [join('/Applications', app), join(env.HOME ?? '', 'Applications', app)]);
	}
	if (platform === 'win32') {
		const bases = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA];
		return bases.flatMap((base) => (base ? [join(base, 'Google/Chrome/Application/chrome.exe')] : []));
	}
	const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
	return names.flatMap((name) => folders.map((folder) => join(folder, name)));
}

/**
 * Uses CHROME_PATH if it is an executable, otherwise the first browser found.
 * @returns {string | undefined} the executable
 */
export function findChrome() {
	return [process.env.CHROME_PATH ?? '', ...candidates()].find((path) => {
		if (!path) return false;
		try {
			accessSync(path, constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
}
