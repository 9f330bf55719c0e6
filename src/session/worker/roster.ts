import type { Task } from '../../data/task';
import { changeWords } from '../../experiment/fork';
import { methodsOf } from '../../experiment/methods';
import type { Experiment } from '../../experiment/types';
import { Run } from '../../training/run';
import type { RunInfo } from '../client/protocol';

/** What the page calls a run's kind: runs of a group differ by their seed alone. */
interface Kind {
	group: string;
	label: string;
}

/** Changes that a label names before it only counts them. */
const MOST_WORDS = 3;

/** The names of all runs that the page knows, those included that can be restored: no two have one id. */
export class Roster {
	private readonly kinds = new Map<Run, Kind>();

	/** Makes an experiment's runs, those left out that there are in `present` already. */
	begin(experiment: Experiment, task: Task, present: readonly Run[] = []): Run[] {
		const runs: Run[] = [];
		for (const method of methodsOf(experiment))
			for (const seed of experiment.seeds) {
				const run = new Run({ experiment, method, seed, task, id: this.freeId(`${method.name}#${seed}`) });
				if (present.some((other) => isFresh(other) && sameFields(other.experiment, run.experiment))) continue;
				this.kinds.set(run, this.kindOf(run));
				runs.push(run);
			}
		return runs;
	}

	/** Takes in a copy of `parent`. Copies with one change at one step are of one kind, whichever seed they copy. */
	addFork(run: Run, parent: Run): void {
		if (!run.origin) throw new Error(`${run.id} is no copy`);
		const { change, step } = run.origin;
		const { group, label } = this.known(parent);
		// Runs that go on with other seeds differ by these alone.
		const words = change.seeds ? 'another seed' : changeWords(change);
		const name = change.seeds ? 'seeds' : JSON.stringify(change);
		this.kinds.set(run, { group: `${group}~${name}@${step}`, label: `${label}, ${words} from step ${step}` });
	}

	/** An id that no run has: `id` itself, or with a number behind it. */
	freeId(id: string): string {
		const taken = new Set(Array.from(this.kinds.keys(), (run) => run.id));
		let free = id;
		for (let n = 2; taken.has(free); n++) free = `${id}~${n}`;
		return free;
	}

	/** The run won't come back. */
	forget(run: Run): void {
		this.kinds.delete(run);
	}

	info(run: Run): RunInfo {
		const { id, method, seed, experiment, origin, moved, parameters, kvCacheBytesPerToken, gpuBytes } = run;
		return {
			id,
			method: method.name,
			...this.known(run),
			seed,
			experiment,
			fork: origin,
			moved: moved.map(({ step, lambdas }) => ({ step, lambdas: [...lambdas] })),
			parameters,
			kvCacheBytesPerToken,
			gpuBytes,
		};
	}

	private known(run: Run): Kind {
		const kind = this.kinds.get(run);
		if (!kind) throw new Error(`${run.id} has no name`);
		return kind;
	}

	/** The kind of a run that begins at the start: its method's, with what differs from the first of that name. */
	private kindOf({ method, experiment }: Run): Kind {
		const { name, label } = method;
		const begun = [...this.kinds].filter(([run]) => run.origin === null && run.method.name === name);
		const twin = begun.find(([run]) => sameFields({ ...run.experiment, seeds: [] }, { ...experiment, seeds: [] }));
		if (twin) return twin[1];
		const groups = new Set(Array.from(begun, ([, { group }]) => group));
		if (!groups.has(name)) return { group: name, label };
		const first = begun.find(([, { group }]) => group === name) as [Run, Kind];
		let group = name;
		for (let n = 2; groups.has(group); n++) group = `${name}~${n}`;
		return { group, label: `${label}, ${differenceWords(first[0].experiment, experiment)}` };
	}
}

/** Whether a run is still what its experiment says, and no copy. */
const isFresh = ({ origin, moved }: Run): boolean => origin === null && moved.length === 0;

const fieldsOf = (experiment: Experiment) => Object.keys(experiment) as (keyof Experiment)[];

const differences = (a: Experiment, b: Experiment): (keyof Experiment)[] =>
	fieldsOf(b).filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));

const sameFields = (a: Experiment, b: Experiment): boolean => differences(a, b).length === 0;

function differenceWords(from: Experiment, to: Experiment): string {
	const names = differences(from, to).filter((name) => name !== 'seeds');
	const words = names.map((name) => (name === 'text' ? 'another text' : changeWords({ [name]: to[name] })));
	const more = words.length - MOST_WORDS;
	return more > 0 ? `${words.slice(0, MOST_WORDS).join(', ')} and ${more} more` : words.join(', ');
}
