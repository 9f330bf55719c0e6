import { defaultExperiment, FIELD_NAMES, forcedBy } from '../fields';
import { parseMethod } from '../methods/names';
import type { TaskName } from '../tasks';
import type { Experiment, SweepPoint } from '../types';
import type { Statements } from './verdict';

/** A measure that a question's answer reports. */
interface Report {
	/** Key of a metric. */
	measure: string;
	/** Layers of a per-layer metric; `deep` = each from 2 on. Absent for a metric of the whole model. */
	layers?: 'all' | 'deep';
}

/** A question of the gallery: what is claimed, what would refute it, and the experiment that asks. */
export interface Question extends Statements {
	/** In links, in the terminal, and of its record `public/recorded/NAME.json`. Never changes. */
	name: string;
	/** A few words for menus. */
	title: string;
	question: string;
	/** The paper's claim with its section or figure; null if the paper makes none. */
	claim: { text: string; source: string } | null;
	prediction: string;
	refutedBy: string;
	/** The limits of a model of this size. */
	limits: string;
	/** Names the panel or number to watch, until there is a result. */
	watch: string;
	/** The panel that answers, which comes first. */
	shows: 'attention' | 'loss' | 'layers' | 'sweep';
	/** Measures in the answer's sentence. The first is the main one. */
	reports: readonly [Report, ...Report[]];
	/** Set if `public/recorded/` has its record. */
	recorded?: true;
	experiment: Experiment;
}

/** The default experiment with `changes` and the values that its task forces. */
export function experimentWith(changes: Partial<Experiment> & { task: TaskName }): Experiment {
	const forced = FIELD_NAMES.flatMap((name) => {
		const found = forcedBy(changes.task, name);
		return found ? [[name, found.value]] : [];
	});
	const sweep = changes.sweep?.map(inOrder);
	return { ...defaultExperiment(), ...Object.fromEntries(forced), ...changes, ...(sweep && { sweep }) };
}

/** A point with its fields in the order of the table, as it is when it is read from a link or a file. */
const inOrder = (point: SweepPoint): SweepPoint =>
	Object.fromEntries(FIELD_NAMES.flatMap((name) => (Object.hasOwn(point, name) ? [[name, point[name as keyof SweepPoint]]] : [])));

/** A method's name as results spell it. */
export function canonical(name: string): string {
	const parsed = parseMethod(name);
	if (!parsed.ok) throw new Error(parsed.message);
	return parsed.method.name;
}

/** The paper, arXiv 2410.17897. */
export const PAPER = 'Zhou et al., arXiv 2410.17897';
