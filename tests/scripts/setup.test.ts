import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { backportsSource } from '../../scripts/setup/apt.mjs';
import { packagesMatch } from '../../scripts/setup/packages.mjs';

describe('packagesMatch', () => {
	const lock = {
		packages: { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b-win32': { version: '2.0.0', optional: true } },
	};

	it('accepts absent packages of other platforms', () => {
		expect(packagesMatch(lock, { packages: { 'node_modules/a': { version: '1.0.0' } } })).toBe(true);
	});

	it('detects missing packages and other versions', () => {
		expect(packagesMatch(lock, { packages: {} })).toBe(false);
		expect(packagesMatch(lock, { packages: { 'node_modules/a': { version: '1.0.1' } } })).toBe(false);
	});
});

describe('package-lock.json', () => {
	const text = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8');
	const packages: Record<string, { optionalDependencies?: Record<string, string> }> = JSON.parse(text).packages;

	// npm leaves them out when it writes the lock next to a filled node_modules; `npm ci` then refuses on every fresh clone.
	it('names the packages of every platform', () => {
		const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
			Object.keys(optionalDependencies).filter((name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`]),
		);
		expect(missing).toEqual([]);
	});

	it('names no registry', () => {
		expect(text).not.toContain('"resolved"');
	});
});

describe('backportsSource', () => {
	it('copies the stanza of the release itself, keys and mirror included', () => {
		const text = [
			'Types: deb\nURIs: http://mirror.example/debian-security\nSuites: bookworm-security\nComponents: main',
			'Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\nComponents: main\nSigned-By: /usr/share/keyrings/a.gpg',
		].join('\n\n');
		expect(backportsSource(text, 'bookworm')).toBe(
			'Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm-backports\nComponents: main\nSigned-By: /usr/share/keyrings/a.gpg\n',
		);
	});

	it('reads one-line sources too', () => {
		const text = 'deb-src http://m/debian bookworm main\ndeb [signed-by=/k.gpg] http://m/debian bookworm main contrib\n';
		expect(backportsSource(text, 'bookworm')).toBe('deb [signed-by=/k.gpg] http://m/debian bookworm-backports main contrib\n');
	});

	it('returns null without sources', () => {
		expect(backportsSource('Types: deb\nSuites: noble\n', 'bookworm')).toBeUndefined();
	});
});
