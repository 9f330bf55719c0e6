import type { Task } from '../../data/task';
import { changeWords } from '../../experiment/fork';
import { methodsOf } from '../../experiment/methods/names';
import type { RunInfo } from '../../experiment/records/run';
import type { Experiment } from '../../experiment/types';
import { Run } from '../../training/run';

/** What the page calls a run's kind: runs of a group differ by their seed alone. */
interface Kind {
	group: string;
	label: string;
	/** What a fork is a copy of, with what changed; null of a run from the start. */
	copied: string | null;
}

/** Steps by which forks of several seeds may begin apart and be of one kind: those in flight as their copies were asked for. */
const FORKED_TOGETHER = 16;

/** Changes that a label names before it only counts them. */
const MOST_WORDS = 3;

/** The names of all runs that the page knows, those included that can be restored: no two have one id. */
export class RunNames {
	private readonly kinds = new Map<Run, Kind>();
	/** Moves of λ that a copy was made with: they are its kind's. */
	private readonly inherited = new Map<Run, number>();

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

	/**
	 * Takes in a copy of `parent`. Copies of one kind of run with one change are of one kind, whichever seed they copy, where
	 * they begin at one step but for those that were in flight; a kind has each seed once.
	 */
	addFork(run: Run, parent: Run): void {
		const { fork, seed } = run;
		if (!fork) throw new Error(`${run.id} is no copy`);
		const { change, step } = fork;
		const { group, label } = this.kindNow(parent);
		// Runs that go on with other seeds differ by these alone.
		const name = change.seeds ? 'seeds' : JSON.stringify(change);
		const copied = `${group}~${name}`;
		this.inherited.set(run, run.lambdaEdits.length);
		const together = [...this.kinds].filter(([, kind]) => kind.copied === copied);
		const near = together.filter(([other]) => Math.abs((other.fork?.step ?? 0) - step) <= FORKED_TOGETHER).map(([, kind]) => kind);
		const hasSeed = (kind: Kind) => together.some(([other, its]) => its.group === kind.group && other.seed === seed);
		const twin = near.find((kind) => !hasSeed(kind));
		const words = change.seeds ? 'another seed' : changeWords(change);
		this.kinds.set(run, twin ?? { group: this.freeGroup(`${copied}@${step}`), label: `${label} with ${words} from step ${step}`, copied });
	}

	/** An id that no run has: `id` itself, or with a number behind it. */
	freeId(id: string): string {
		return freeName(id, new Set(Array.from(this.kinds.keys(), (run) => run.id)));
	}

	/** The run won't come back. */
	forget(run: Run): void {
		this.kinds.delete(run);
		this.inherited.delete(run);
	}

	info(run: Run): RunInfo {
		const { id, method, seed, experiment, fork, lambdaEdits, parameters, kvCacheBytesPerToken, gpuBytes } = run;
		const { group, label } = this.kindNow(run);
		return {
			id,
			method: method.name,
			group,
			label,
			seed,
			experiment,
			fork,
			lambdaEdits: lambdaEdits.map(({ step, lambdas }) => ({ step, lambdas: [...lambdas] })),
			parameters,
			kvCacheBytesPerToken,
			gpuBytes,
		};
	}

	/** The kind of a run as it stands: one whose λ were moved by hand no longer differs from its group by its seed alone. */
	private kindNow(run: Run): Pick<Kind, 'group' | 'label'> {
		const { group, label } = this.known(run);
		const moved = run.lambdaEdits.slice(this.inherited.get(run) ?? 0);
		if (moved.length === 0) return { group, label };
		return { group: `${group}~λ${JSON.stringify(moved)}`, label: `${label} with λ moved at step ${moved[0].step}` };
	}

	/** A group that no run has: `group` itself, or with a number behind it. */
	private freeGroup(group: string): string {
		return freeName(group, new Set(Array.from(this.kinds.values(), (kind) => kind.group)));
	}

	private known(run: Run): Kind {
		const kind = this.kinds.get(run);
		if (!kind) throw new Error(`${run.id} has no name`);
		return kind;
	}

	/** The kind of a run that begins at the start: its method's, with what differs from the first of that name. */
	private kindOf({ method, experiment }: Run): Kind {
		const { name, label } = method;
		const begun = [...this.kinds].filter(([run]) => run.fork === null && run.method.name === name);
		const twin = begun.find(([run]) => sameFields({ ...run.experiment, seeds: [] }, { ...experiment, seeds: [] }));
		if (twin) return twin[1];
		const first = begun.find(([, { group }]) => group === name);
		if (!first) return { group: name, label, copied: null };
		return { group: this.freeGroup(name), label: `${label} with ${differenceWords(first[0].experiment, experiment)}`, copied: null };
	}
}

function freeName(name: string, taken: ReadonlySet<string>): string {
	let free = name;
	for (let n = 2; taken.has(free); n++) free = `${name}~${n}`;
	return free;
}

/** Whether a run is still what its experiment says, and no copy. */
const isFresh = ({ fork, lambdaEdits }: Run): boolean => fork === null && lambdaEdits.length === 0;

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
