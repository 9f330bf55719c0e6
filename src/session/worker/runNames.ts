import type { Task } from '../../data/task';
import { changeText } from '../../experiment/fork';
import { methodsOf } from '../../experiment/methods/names';
import type { RunInfo } from '../../experiment/records/run';
import type { Experiment } from '../../experiment/types';
import { Run } from '../../training/run';

/** A set of runs that differ by their seed alone. */
interface RunGroup {
	group: string;
	label: string;
	/** Group and change of the forked run; null for a run that is not a fork. */
	copied: string | null;
}

/** Forks of several seeds that start at most this many steps apart are of one group: that many may have been in flight. */
const FORKED_TOGETHER = 16;

/** Most changes that a label names; it counts the rest. */
const MOST_WORDS = 3;

/** Ids, groups and labels of all runs that the page knows, including those that can be restored. Ids are unique. */
export class RunNames {
	private readonly groups = new Map<Run, RunGroup>();
	/** Number of λ changes that a fork was copied with. They belong to its group. */
	private readonly inherited = new Map<Run, number>();

	/** Creates an experiment's runs, without those that are in `present` already. */
	begin(experiment: Experiment, task: Task, present: readonly Run[] = []): Run[] {
		const runs: Run[] = [];
		for (const method of methodsOf(experiment))
			for (const seed of experiment.seeds) {
				const run = new Run({ experiment, method, seed, task, id: this.freeId(`${method.name}#${seed}`) });
				if (present.some((other) => isFresh(other) && sameFields(other.experiment, run.experiment))) continue;
				this.groups.set(run, this.groupOf(run));
				runs.push(run);
			}
		return runs;
	}

	/**
	 * Adds a fork of `parent`. Forks of one group with one change are of one group, whichever seed they copy, if they start
	 * at about the same step. A group has each seed once.
	 */
	addFork(run: Run, parent: Run): void {
		const { fork, seed } = run;
		if (!fork) throw new Error(`${run.id} is not a fork`);
		const { change, step } = fork;
		const { group, label } = this.groupNow(parent);
		// Forks with another seed differ by the seed alone.
		const name = change.seeds ? 'seeds' : JSON.stringify(change);
		const copied = `${group}~${name}`;
		this.inherited.set(run, run.lambdaEdits.length);
		const together = [...this.groups].filter(([, kind]) => kind.copied === copied);
		const near = together.filter(([other]) => Math.abs((other.fork?.step ?? 0) - step) <= FORKED_TOGETHER).map(([, kind]) => kind);
		const hasSeed = (kind: RunGroup) => together.some(([other, its]) => its.group === kind.group && other.seed === seed);
		const twin = near.find((kind) => !hasSeed(kind));
		const words = change.seeds ? 'another seed' : changeText(change);
		this.groups.set(run, twin ?? { group: this.freeGroup(`${copied}@${step}`), label: `${label} with ${words} from step ${step}`, copied });
	}

	/** An id that no run has: `id` itself, or with a number behind it. */
	freeId(id: string): string {
		return freeName(id, new Set(Array.from(this.groups.keys(), (run) => run.id)));
	}

	/** The run won't come back. */
	forget(run: Run): void {
		this.groups.delete(run);
		this.inherited.delete(run);
	}

	info(run: Run): RunInfo {
		const { id, method, seed, experiment, fork, lambdaEdits, parameters, kvCacheBytesPerToken, gpuBytes } = run;
		const { group, label } = this.groupNow(run);
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

	/** The present group of a run. One whose λ the user has set no longer differs from its group by its seed alone. */
	private groupNow(run: Run): Pick<RunGroup, 'group' | 'label'> {
		const { group, label } = this.known(run);
		const moved = run.lambdaEdits.slice(this.inherited.get(run) ?? 0);
		if (moved.length === 0) return { group, label };
		return { group: `${group}~λ${JSON.stringify(moved)}`, label: `${label} with λ moved at step ${moved[0].step}` };
	}

	/** A group that no run has: `group` itself, or with a number behind it. */
	private freeGroup(group: string): string {
		return freeName(group, new Set(Array.from(this.groups.values(), (kind) => kind.group)));
	}

	private known(run: Run): RunGroup {
		const kind = this.groups.get(run);
		if (!kind) throw new Error(`${run.id} has no name`);
		return kind;
	}

	/** The kind of a run that begins at the start: its method's, with what differs from the first of that name. */
	private groupOf({ method, experiment }: Run): RunGroup {
		const { name, label } = method;
		const begun = [...this.groups].filter(([run]) => run.fork === null && run.method.name === name);
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

/** True if a run trains exactly its experiment: no fork, and no λ set by the user. */
const isFresh = ({ fork, lambdaEdits }: Run): boolean => fork === null && lambdaEdits.length === 0;

const fieldsOf = (experiment: Experiment) => Object.keys(experiment) as (keyof Experiment)[];

const differences = (a: Experiment, b: Experiment): (keyof Experiment)[] =>
	fieldsOf(b).filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));

const sameFields = (a: Experiment, b: Experiment): boolean => differences(a, b).length === 0;

function differenceWords(from: Experiment, to: Experiment): string {
	const names = differences(from, to).filter((name) => name !== 'seeds');
	const words = names.map((name) => (name === 'text' ? 'another text' : changeText({ [name]: to[name] })));
	const more = words.length - MOST_WORDS;
	return more > 0 ? `${words.slice(0, MOST_WORDS).join(', ')} and ${more} more` : words.join(', ');
}
