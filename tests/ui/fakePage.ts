/** Serves the page with the fake worker in the real one's place, for screenshots and manual tests. */
import { fileURLToPath } from 'node:url';
import { createServer, type Plugin, type ViteDevServer } from 'vite';
import { findPreset } from '../../src/experiment/presets';
import { inventedResults } from './inventedResults';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Serves the player of protocol events in place of the worker's script. */
export function fakeWorker(): Plugin {
	return {
		name: 'fake-worker',
		enforce: 'pre',
		resolveId(id) {
			if (id.split('?')[0].endsWith('session/worker/worker.ts')) return `${root}src/session/worker/worker.ts`;
		},
		load(id) {
			if (id.split('?')[0].endsWith('/src/session/worker/worker.ts')) return `import '/tests/ui/fakeWorker.ts';`;
		},
	};
}

/** Serves invented recordings for a few presets; the others have none. */
function fakeRecordings(): Plugin {
	return {
		name: 'fake-recordings',
		configureServer({ middlewares }) {
			middlewares.use('/recorded', (request, response, next) => {
				const preset = RECORDED.includes(request.url ?? '') && findPreset(request.url?.slice(1, -'.json'.length) ?? '');
				if (!preset) return next();
				response.setHeader('content-type', 'application/json');
				response.end(JSON.stringify(inventedResults(preset.experiment)));
			});
		},
	};
}
const RECORDED = ['/default.json', '/backcopy.json'];

/** A dev server of the page with the fake worker. */
export async function serveFake(port = 5199): Promise<ViteDevServer> {
	const server = await createServer({
		root,
		server: { port, strictPort: port !== 0, hmr: false, watch: null },
		cacheDir: `${root}.cache/vite-fake`,
		logLevel: 'warn',
		plugins: [fakeWorker(), fakeRecordings()],
	});
	return server.listen();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	await serveFake();
	console.log('http://localhost:5199/');
}
