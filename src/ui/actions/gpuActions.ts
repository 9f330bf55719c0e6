import { defineActions } from './action';

export interface GpuContext {
	found: boolean;
	/** Null before the first check. */
	running: boolean | null;
	check(): void;
	save(kind: 'json' | 'csv'): void;
}

const notChecked = ({ running }: GpuContext): string =>
	running === null ? 'Check the GPU first.' : running ? 'Wait until the check has finished.' : '';

export const GPU_ACTIONS = defineActions<GpuContext>()({
	check: {
		label: 'Check my GPU',
		why: ({ found, running }) => (!found ? 'No GPU was found.' : running ? 'The check is running.' : ''),
		run: ({ check }) => check(),
	},
	saveJson: { label: 'Download JSON', why: notChecked, run: ({ save }) => save('json') },
	saveCsv: { label: 'Download CSV', why: notChecked, run: ({ save }) => save('csv') },
});
