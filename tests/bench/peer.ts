import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Competitor, Taken } from './competitor';
import type { Shape } from './peers/lib/common.mjs';
import { BenchUsageError } from './shape';

export const PEERS = ['jax', 'tfjs'] as const;
export type PeerName = (typeof PEERS)[number];

const PACKAGES: Record<PeerName, string> = { jax: '@jax-js/jax', tfjs: '@tensorflow/tfjs-backend-webgpu' };

/** The folder of peers in the repository. A bundle's own address says nothing of it, so it is found from `scripts/run.mjs`. */
const own = join(dirname(resolve(process.argv[1])), '../tests/bench/peers');

/** Scripts and libraries in one folder, ready to run; what is made for that is removed by `close`. */
export interface PeerFolder {
	path: string;
	names: PeerName[];
	close(): void;
}

/** Where peers are installed: `PEERS`, else beside their scripts; null where they aren't. @throws BenchUsageError */
export function findPeers(folder = process.env.PEERS): PeerFolder | null {
	const modules = join(folder ? resolve(folder) : own, 'node_modules');
	const names = PEERS.filter((name) => existsSync(join(modules, PACKAGES[name])));
	if (!names.length) {
		if (folder) throw new BenchUsageError(`PEERS: ${modules} has neither ${Object.values(PACKAGES).join(' nor ')}`);
		return null;
	}
	if (!folder) return { path: own, names, close() {} };
	// An import is looked up from where its file really is: our scripts go beside a link to those packages.
	const path = mkdtempSync(join(tmpdir(), 'resformer-lab-peers-'));
	mkdirSync(join(path, 'lib'));
	for (const file of ['package.json', 'serve.mjs', ...readdirSync(join(own, 'lib')).map((name) => join('lib', name))])
		copyFileSync(join(own, file), join(path, file));
	symlinkSync(modules, join(path, 'node_modules'));
	return { path, names, close: () => rmSync(path, { recursive: true, force: true }) };
}

type Answer = Partial<Taken> & { coldMs?: number; lib?: string; adapter?: string; error?: string };

/** A peer in a separate process. */
export async function openPeer({ path }: PeerFolder, name: PeerName, shape: Shape): Promise<Competitor> {
	const child = spawn(process.execPath, [join(path, 'serve.mjs'), name, JSON.stringify(shape)], {
		cwd: path,
		env: { XDG_RUNTIME_DIR: tmpdir(), ...process.env },
		// Its stdout is not ours to print data on.
		stdio: ['ignore', 2, 'inherit', 'ipc'],
	});
	try {
		const { lib = name, adapter = '' } = await answer(child);
		const peer: Competitor = {
			lib,
			adapter,
			coldMs: Number.NaN,
			async take(from, turn) {
				child.send({ from, ...turn });
				const { losses = [], times = [], coldMs } = await answer(child);
				if (coldMs !== undefined) peer.coldMs = coldMs;
				return { losses, times };
			},
			async close() {
				child.kill('SIGKILL');
			},
		};
		return peer;
	} catch (error) {
		child.kill('SIGKILL');
		throw error;
	}
}

/** The child's next message. */
function answer(child: ChildProcess): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const stop = () => {
			child.off('message', receive);
			child.off('exit', ended);
		};
		const receive = (message: Answer) => {
			stop();
			if (message.error === undefined) resolve(message);
			else reject(new Error(message.error));
		};
		const ended = (code: number | null, signal: string | null) => {
			stop();
			reject(new Error(`the process ended with ${signal ?? `code ${code}`}`));
		};
		child.on('message', receive);
		child.on('exit', ended);
	});
}
