/** Installation of Debian packages with apt-get. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, say, tail } from './shell.mjs';

/** Runs a command as root; sudo is used if it needs no password. @param {string[]} command @param {string} [input] */
function asRoot(command, input) {
	const [program, ...args] = process.getuid?.() === 0 ? command : ['sudo', '-n', ...command];
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	return run(program, args, { env, ...(input === undefined ? {} : { input }) });
}

/** True if apt-get exists and can run as root. */
export function aptAllowed() {
	return process.platform === 'linux' && run('apt-get', ['--version']).ok && asRoot(['true']).ok;
}

/** @returns {{ id: string, codename: string }} such as `debian`, `bookworm` */
export function distribution() {
	const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
	/** @param {string} key */
	const field = (key) => new RegExp(`^${key}="?([^"\\n]*)`, 'm').exec(text)?.[1] ?? '';
	return { id: field('ID'), codename: field('VERSION_CODENAME') };
}

let updated = false;
/** Updates the package lists once per process. Failures are ignored, because a broken third-party source does not affect Debian's own. */
export function aptUpdate(again = false) {
	if (updated && !again) return;
	updated = true;
	say('reading the package lists (apt-get update)');
	asRoot(['apt-get', '-q', '-o', 'DPkg::Lock::Timeout=120', 'update']);
}

/** @param {string} name @returns {number} major version that apt would install; 0 if it has none */
export function candidateMajor(name) {
	const version = /Candidate: (?:\d+:)?(\d+)/.exec(run('apt-cache', ['policy', name]).out);
	return Number(version?.[1] ?? 0);
}

/** @param {string[]} packages @param {string} [suite] */
export function aptInstall(packages, suite) {
	say(`installing ${packages.join(' and ')}${suite ? ` from ${suite}` : ''} (apt-get install)`);
	const options = ['-q', '-y', '-o', 'DPkg::Lock::Timeout=300', '--no-install-recommends', ...(suite ? ['-t', suite] : [])];
	const result = asRoot(['apt-get', 'install', ...options, ...packages]);
	if (!result.ok) say(`apt-get install ${packages.join(' ')} failed:\n${tail(result.err || result.out)}`);
	return result.ok;
}

/**
 * A package source for a release's backports, copied from the machine's source of that release, with the same mirror and keys.
 * @param {string} text a deb822 .sources file, or a one-line-style .list file
 * @param {string} codename such as `bookworm`
 * @returns {string | undefined} the new file's content; undefined if the text has no source of that release
 */
export function backportsSource(text, codename) {
	const suite = `${codename}-backports`;
	for (const stanza of text.split(/\n\s*\n/)) {
		const suites = /^Suites:(.*)$/m.exec(stanza);
		if (!suites?.[1].trim().split(/\s+/).includes(codename) || !/^Types:.*\bdeb\b/m.test(stanza)) continue;
		return `${stanza.trim().replace(/^Suites:.*$/m, `Suites: ${suite}`)}\n`;
	}
	const line = new RegExp(`^(deb\\s+(?:\\[[^\\]]*\\]\\s+)?\\S+\\s+)${codename}(\\s.*)$`, 'm').exec(text);
	return line ? `${line[1]}${suite}${line[2]}\n` : undefined;
}

function sourceFiles() {
	const folder = '/etc/apt/sources.list.d';
	const list = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
	return ['/etc/apt/sources.list', ...list].filter((path) => /\.(list|sources)$/.test(path) && existsSync(path));
}

/**
 * Adds the backports suite to the machine's package sources, unless it is already one of them.
 * @param {string} codename
 * @returns {{ undo: () => void } | undefined} undefined if there is no source to copy, or if it could not be written
 */
export function addBackports(codename) {
	const suite = `${codename}-backports`;
	const texts = sourceFiles().map((path) => ({ path, text: readFileSync(path, 'utf8').replace(/^\s*#.*\n?/gm, '') }));
	if (texts.some(({ text }) => new RegExp(`\\b${suite}\\b`).test(text))) return { undo() {} };
	for (const { path, text } of texts) {
		const source = backportsSource(text, codename);
		if (!source) continue;
		const target = `/etc/apt/sources.list.d/${suite}${path.endsWith('.list') ? '.list' : '.sources'}`;
		say(`adding the package source ${target}`);
		if (!asRoot(['tee', target], source).ok) return undefined;
		aptUpdate(true);
		return { undo: () => asRoot(['rm', '-f', target]) };
	}
	return undefined;
}
