import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { buildName, offline, securityPolicy } from './scripts/publish.mjs';
import { mobyDick } from './src/data/mobyDickPlugin.mjs';

const minutes = (count: number) => count * 60_000;

/** One file after the other: a page's latency means nothing while another test has the cores. */
const alone = { pool: 'forks', fileParallelism: false, maxWorkers: 1 } as const;
/** Two files at once: a software GPU compiles on one core. */
const inPairs = { pool: 'forks', maxWorkers: 2 } as const;
const special = ['tests/**/*.gpu.test.{ts,tsx}', 'tests/**/*.long.test.{ts,tsx}', 'tests/e2e/**'];

export default defineConfig({
	// Relative, so that the built page works under any path of any host.
	base: './',
	define: { __BUILD__: JSON.stringify(buildName()) },
	plugins: [react(), mobyDick(), securityPolicy(), offline()],
	worker: { format: 'es', plugins: () => [mobyDick()] },
	// Every browser with WebGPU preloads modules.
	build: { target: 'es2023', modulePreload: { polyfill: false } },
	// Loaded on demand: a package found only then would reload the dev server's page, and end its training.
	optimizeDeps: { include: ['fflate', 'idb', 'valibot'] },
	test: {
		projects: [
			{
				extends: true,
				test: {
					name: 'unit',
					include: ['tests/**/*.test.{ts,tsx}'],
					exclude: special,
					maxWorkers: 2,
					testTimeout: minutes(1),
					sequence: { groupOrder: 0 },
				},
			},
			{
				extends: true,
				test: {
					...inPairs,
					name: 'gpu',
					include: ['tests/**/*.gpu.test.ts'],
					setupFiles: ['tests/support/webgpu.ts'],
					testTimeout: minutes(4),
					hookTimeout: minutes(4),
					sequence: { groupOrder: 1 },
				},
			},
			{
				extends: true,
				test: {
					...alone,
					name: 'e2e',
					include: ['tests/e2e/**/*.e2e.test.ts'],
					globalSetup: ['tests/support/page-server.ts'],
					testTimeout: minutes(3),
					hookTimeout: minutes(2),
					sequence: { groupOrder: 2 },
				},
			},
			{
				extends: true,
				test: {
					...alone,
					name: 'long',
					include: ['tests/**/*.long.test.ts'],
					setupFiles: ['tests/support/webgpu.ts'],
					globalSetup: ['tests/support/page-server.ts'],
					testTimeout: minutes(80),
					hookTimeout: minutes(10),
					sequence: { groupOrder: 3 },
				},
			},
		],
	},
});
