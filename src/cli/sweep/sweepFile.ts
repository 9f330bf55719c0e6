import { appendFileSync, existsSync } from 'node:fs';
import type { Experiment } from '../../experiment/types';
import { readExperiment } from '../../experiment/validate';
import { UsageError } from '../failure';
import { checkWritable, readText, reason, writeWhole } from '../files';
import type { Cell } from './lines';

/** The file's first line: what its lines are results of. */
interface Head {
	sweep: Experiment;
	/** Name of the GPU. The last bits of the lines depend on it. */
	adapter: string;
}

/** FILE of `sweep --out FILE`: a head, then the lines of finished cells. Survives a process that is killed at any moment. */
export class SweepFile {
	/** Lines by run, as they were printed. */
	readonly lines = new Map<string, string>();
	private adapter: string | null = null;

	/** Reads what an earlier sweep has finished. @throws UsageError if FILE is not one of `experiment` */
	constructor(
		readonly path: string,
		private readonly experiment: Experiment,
		cells: readonly Cell[],
	) {
		checkWritable(path);
		if (!existsSync(path)) return;
		const text = readText(path);
		if (text === '') return;
		const [head, ...rows] = text.split('\n');
		// The head is never cut off, because it is written atomically.
		if (rows.length === 0) throw this.foreign();
		this.readHead(head);
		// A last line without a line break is incomplete: the process was killed while it wrote.
		rows.pop();
		const found = new Map(rows.flatMap((row) => this.readRow(row)));
		for (const { runs } of cells) {
			if (!runs.every((run) => found.has(run))) continue;
			for (const run of runs) this.lines.set(run, found.get(run) as string);
		}
	}

	/** Writes the head and the lines that are kept. @throws UsageError if they are from another GPU */
	open(adapter: string): void {
		if (this.adapter !== null && this.adapter !== adapter && this.lines.size > 0)
			throw new UsageError(`${this.path}: its results are from ${this.adapter}, this is ${adapter}; give another --out`);
		const head: Head = { sweep: this.experiment, adapter };
		writeWhole(this.path, new TextEncoder().encode([JSON.stringify(head), ...this.lines.values(), ''].join('\n')));
	}

	/** Adds the lines of a finished cell. */
	add(cell: Cell, texts: readonly string[]): void {
		cell.runs.forEach((run, i) => {
			this.lines.set(run, texts[i]);
		});
		try {
			appendFileSync(this.path, texts.map((text) => `${text}\n`).join(''));
		} catch (error) {
			throw new UsageError(`${this.path}: ${reason(error)}`);
		}
	}

	private readHead(row: string): void {
		const head = parsed(row) as Partial<Head> | undefined;
		if (!head?.sweep) throw this.foreign();
		// A file from before a field existed has that field's default.
		const changed = differences(readExperiment(head.sweep).experiment, this.experiment);
		if (changed.length > 0)
			throw new UsageError(`${this.path} holds another experiment: it differs in ${changed.join(', ')}; give another --out`);
		this.adapter = head.adapter ?? null;
	}

	private foreign(): UsageError {
		return new UsageError(`${this.path} exists and was not written by sweep; give another --out`);
	}

	private readRow(row: string): [string, string][] {
		const run = (parsed(row) as { run?: unknown } | undefined)?.run;
		return typeof run === 'string' ? [[run, row]] : [];
	}
}

function parsed(row: string): object | undefined {
	try {
		const value: unknown = JSON.parse(row);
		return typeof value === 'object' && value !== null ? value : undefined;
	} catch {
		return undefined;
	}
}

/** Names of the fields in which two experiments differ. */
function differences(a: Experiment, b: Experiment): string[] {
	const names = [...new Set([...Object.keys(a), ...Object.keys(b)])] as (keyof Experiment)[];
	return names.filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
}
