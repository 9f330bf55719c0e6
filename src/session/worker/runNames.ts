import type { Task } from '../../data/task';
import { changeText } from '../../experiment/fork';
import type { RunInfo } from '../../experiment/records/run';
import type { StoredName } from '../../experiment/records/stored';
import { type ExperimentRun, runKey, settingsKey } from '../../experiment/runs';
import type { SweepPoint } from '../../experiment/sweep';
import type { Experiment } from '../../experiment/types';
import { type Run, runOf } from '../../training/run';

/** A run of an experiment, with the task of its point. */
export interface RunTask extends ExperimentRun {
	task: Task;
}

/** A set of runs that differ by their seed alone. */
interface GroupName {
	group: string;
	label: string;
	/** For forks: the parent's group and the change, which forks of one group share. Otherwise null. */
	copied: string | null;
}

/** Forks of several seeds form one group if they start at most this many steps apart, because that many may have been in flight. */
const FORKED_TOGETHER = 16;

/** Most changes that a label names; it counts the rest. */
const MOST_CHANGES = 3;

/** Ids, groups and labels of all runs that the page knows, including those that can be restored. Ids are unique. */
export class RunNames {
	private readonly groups = new Map<Run, GroupName>();
	/** Number of λ changes that a fork was copied with. They belong to its group. */
	private readonly inherited = new Map<Run, number>();

	/** Creates runs, without those that are in `present` already. */
	begin(wanted: readonly RunTask[], present: readonly Run[] = []): Run[] {
		const existing = new Set(present.filter(isFresh).map(keyOf));
		return wanted.flatMap(({ task, ...of }) => {
			const run = runOf(of, { task, id: this.freeId(`${of.method}#${of.seed}`) });
			if (existing.has(keyOf(run))) return [];
			this.groups.set(run, this.groupOf(run, of.point.point));
			return run;
		});
	}

	/**
	 * Adds a fork of `parent`. Forks of the same group with the same change form a group, whatever their seeds, if they start
	 * at about the same step. A group has each seed once.
	 */
	addFork(run: Run, parent: Run): void {
		const { fork, seed } = run;
		if (!fork) throw new Error(`${run.id} is not a fork`);
		const { change, step } = fork;
		const { group, label } = this.groupNow(parent);
		// Forks with another seed differ by the seed alone.
		const { seeds, ...others } = change;
		const name = seeds ? ['seeds', ...Object.values(others)].join() : JSON.stringify(change);
		const copied = `${group}~${name}`;
		this.inherited.set(run, run.lambdaEdits.length);
		const together = [...this.groups].filter(([, known]) => known.copied === copied);
		const near = together.filter(([other]) => Math.abs((other.fork?.step ?? 0) - step) <= FORKED_TOGETHER).map(([, known]) => known);
		const hasSeed = (candidate: GroupName) => together.some(([other, known]) => known.group === candidate.group && other.seed === seed);
		const existing = near.find((candidate) => !hasSeed(candidate));
		const text = seeds ? ['another seed', changeText(others)].filter(Boolean).join(', ') : changeText(change);
		this.groups.set(
			run,
			existing ?? { group: this.freeGroup(`${copied}@${step}`), label: `${label} with ${text} from step ${step}`, copied },
		);
	}

	/** Names a run as it was named in a stored training. */
	adopt(run: Run, { inherited, ...name }: StoredName): void {
		this.groups.set(run, name);
		if (inherited > 0) this.inherited.set(run, inherited);
	}

	/** The name that `adopt` takes. */
	stored(run: Run): StoredName {
		return { ...this.known(run), inherited: this.inherited.get(run) ?? 0 };
	}

	/** An id that is not taken: `id`, or `id` with a number appended. */
	freeId(id: string): string {
		return freeName(id, new Set(Array.from(this.groups.keys(), (run) => run.id)));
	}

	/** Frees the names of a run that cannot be restored. */
	forget(run: Run): void {
		this.groups.delete(run);
		this.inherited.delete(run);
	}

	info(run: Run): RunInfo {
		const { id, method, seed, point, alsoAt, experiment, fork, lambdaEdits, parameters, kvCacheBytesPerToken, gpuBytes } = run;
		const { group, label } = this.groupNow(run);
		return {
			id,
			method: method.name,
			group,
			label,
			seed,
			point,
			...(alsoAt.length > 0 && { alsoAt }),
			experiment,
			fork,
			lambdaEdits: lambdaEdits.map(({ step, lambdas }) => ({ step, lambdas: [...lambdas] })),
			parameters,
			kvCacheBytesPerToken,
			gpuBytes,
		};
	}

	/** The present group of a run. One whose λ the user has set no longer differs from its group by its seed alone. */
	private groupNow(run: Run): Pick<GroupName, 'group' | 'label'> {
		const { group, label } = this.known(run);
		const edits = run.lambdaEdits.slice(this.inherited.get(run) ?? 0);
		if (edits.length === 0) return { group, label };
		return { group: `${group}~λ${JSON.stringify(edits)}`, label: `${label} with λ moved at step ${edits[0].step}` };
	}

	/** A group that is not taken: `group`, or `group` with a number appended. */
	private freeGroup(group: string): string {
		return freeName(group, new Set(Array.from(this.groups.values(), (known) => known.group)));
	}

	private known(run: Run): GroupName {
		const group = this.groups.get(run);
		if (!group) throw new Error(`${run.id} has no name`);
		return group;
	}

	/**
	 * The group of a run that is not a fork: its method's, with what its point of a sweep changes, or else the fields in which
	 * it differs from the first run of that method.
	 */
	private groupOf({ method, experiment }: Run, { methods: _, ...point }: SweepPoint): GroupName {
		const { name, label } = method;
		const started = [...this.groups].filter(([run]) => run.fork === null && run.method.name === name);
		const same = started.find(([run]) => settingsKey(run.experiment) === settingsKey(experiment));
		if (same) return same[1];
		const text = changeText(point);
		if (text) return { group: this.freeGroup(`${name}@${text}`), label: `${label}, ${text}`, copied: null };
		const first = started.find(([, { group }]) => group === name);
		if (!first) return { group: name, label, copied: null };
		return { group: this.freeGroup(name), label: `${label} with ${differenceText(first[0].experiment, experiment)}`, copied: null };
	}
}

function freeName(name: string, taken: ReadonlySet<string>): string {
	let free = name;
	for (let n = 2; taken.has(free); n++) free = `${name}~${n}`;
	return free;
}

/** True if a run trains exactly its experiment: no fork, and no λ set by the user. */
const isFresh = ({ fork, lambdaEdits }: Run): boolean => fork === null && lambdaEdits.length === 0;

const keyOf = ({ experiment, method, seed }: Run): string => runKey(experiment, method.name, seed);

const fieldsOf = (experiment: Experiment) => Object.keys(experiment) as (keyof Experiment)[];

const differences = (a: Experiment, b: Experiment): (keyof Experiment)[] =>
	fieldsOf(b).filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));

function differenceText(from: Experiment, to: Experiment): string {
	const names = differences(from, to).filter((name) => name !== 'seeds');
	const texts = names.map((name) => (name === 'text' ? 'another text' : changeText({ [name]: to[name] })));
	const more = texts.length - MOST_CHANGES;
	return more > 0 ? `${texts.slice(0, MOST_CHANGES).join(', ')} and ${more} more` : texts.join(', ');
}
