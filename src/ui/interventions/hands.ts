/** What is done to each run's forward pass, and on which text: asks the looks again whenever an answer would differ. */
import { changesNothing, type Intervention, NO_INTERVENTION } from '../../experiment/intervention';
import type { LookDesk } from '../../session/client/interventions/looks';
import type { RunView } from '../../session/client/store/labSnapshot';
import type { Edit } from './edits';

/** Never changed in place. */
export interface HandsView {
	/** The user's own text, or null = the task's probe sequence. */
	readonly text: string | null;
	/** By run; runs that nothing is done to are missing. */
	readonly interventions: ReadonlyMap<string, Intervention>;
}

/** What an answer depends on. */
interface Question {
	text: string | null;
	intervention: Intervention;
	/** The run's latest probe, and the how often λ were set: new ones are a new model. */
	latest: unknown;
	lambdaEdits: number;
	/** Updates done, where the run rests: its last steps came after its last probe. Null while it trains. */
	step: number | null;
}

/** Where nothing is changed and the text is the task's own, only λ and the next tokens are read: this often is enough, ms. */
const IDLE_INTERVAL = 2000;

export class Hands {
	private view: HandsView = { text: null, interventions: new Map() };
	/** By run: the question asked last, and when. */
	private readonly asked = new Map<string, { question: Question; at: number }>();
	private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
	private readonly listeners = new Set<() => void>();
	/** No run trains now. */
	private resting = false;

	constructor(private readonly looks: Pick<LookDesk, 'ask' | 'subscribe' | 'getSnapshot'>) {}

	readonly subscribe = (listener: () => void): (() => void) => {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	};

	readonly getSnapshot = (): HandsView => this.view;

	/** Follows the looks for as long as a panel shows them: what they forget is another run under the same name. */
	follow(): () => void {
		const end = this.looks.subscribe(() => this.dropForgotten());
		return () => {
			end();
			for (const timer of this.timers.values()) clearTimeout(timer);
			this.timers.clear();
		};
	}

	/** Training rests, or goes on. */
	rest(resting: boolean): void {
		this.resting = resting;
	}

	of(run: string): Intervention {
		return this.view.interventions.get(run) ?? NO_INTERVENTION;
	}

	/** Changes what is done to a run, and asks at once. */
	edit(run: RunView, edit: Edit): void {
		const intervention = edit(this.of(run.info.id));
		const interventions = new Map(this.view.interventions);
		if (changesNothing(intervention)) interventions.delete(run.info.id);
		else interventions.set(run.info.id, intervention);
		this.view = { ...this.view, interventions };
		this.publish();
		this.keep(run);
	}

	/** Another text for every run; null = the task's own. Positions mean other tokens then: masks and scales are taken back. */
	read(text: string | null): void {
		if (text === this.view.text) return;
		const kept = [...this.view.interventions].map(
			([run, intervention]) => [run, { ...intervention, maskedKeys: [], valueScales: [] }] as const,
		);
		this.view = { text, interventions: new Map(kept.filter(([, intervention]) => !changesNothing(intervention))) };
		this.publish();
	}

	/** Asks about a run, unless the last question is still the one to ask. */
	keep(run: RunView): void {
		const { id, lambdaEdits } = run.info;
		const rests = this.resting || run.finished || run.divergedAt !== null;
		const step = rests ? run.step : null;
		const question = { text: this.view.text, intervention: this.of(id), latest: run.maps, lambdaEdits: lambdaEdits.length, step };
		const before = this.asked.get(id);
		const same = before && before.question.text === question.text && before.question.intervention === question.intervention;
		const sameModel = before && before.question.lambdaEdits === question.lambdaEdits && (step === null || before.question.step === step);
		if (same && sameModel && before.question.latest === question.latest) return;
		clearTimeout(this.timers.get(id));
		const idle = same && sameModel && question.text === null && changesNothing(question.intervention);
		const wait = idle ? before.at + IDLE_INTERVAL - performance.now() : 0;
		if (wait <= 0) this.ask(id, question);
		else
			this.timers.set(
				id,
				setTimeout(() => this.ask(id, question), wait),
			);
	}

	private ask(id: string, question: Question): void {
		this.asked.set(id, { question, at: performance.now() });
		this.looks.ask(id, question.text, question.intervention);
	}

	private dropForgotten(): void {
		const known = this.looks.getSnapshot();
		const gone = [...this.asked.keys()].filter((id) => !known.has(id));
		if (gone.length === 0) return;
		const interventions = new Map(this.view.interventions);
		for (const id of gone) {
			this.asked.delete(id);
			clearTimeout(this.timers.get(id));
			interventions.delete(id);
		}
		// Every run is gone: so is what their text was for.
		this.view = { text: known.size === 0 ? null : this.view.text, interventions };
		this.publish();
	}

	private publish(): void {
		for (const listener of this.listeners) listener();
	}
}
