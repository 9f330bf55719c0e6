import { changesNothing, type Intervention, NO_INTERVENTION } from '../../../experiment/interventions';
import { withoutPositions, withPositionsOf } from '../../../experiment/interventions/edits';
import type { ForwardPassResult } from '../../../experiment/records/forwardPass';
import type { SendRequest } from '../connection/requests';
import type { RunView } from '../store/labSnapshot';
import { type Observable, Store } from '../store/store';

/** A forward pass as it was asked for. */
export interface Question {
	/** The user's own text; null = the task's probe sequence. */
	readonly text: string | null;
	readonly intervention: Intervention;
}

/** One run's intervention and the forward pass that shows its effect. Never changed in place. */
export interface RunIntervention {
	readonly intervention: Intervention;
	/** The latest answer; it may be of an earlier question than the present one. */
	readonly result: ForwardPassResult | null;
	/** The question that `result` answers. */
	readonly question: Question | null;
	/** True while a later answer is on its way. */
	readonly pending: boolean;
	/** The reason if the latest question could not be answered. */
	readonly problem: string | null;
}

export const NO_RUN_INTERVENTION: RunIntervention = {
	intervention: NO_INTERVENTION,
	result: null,
	question: null,
	pending: false,
	problem: null,
};

/** Interventions on every run, and the text that all runs read. Never changed in place. */
export interface InterventionState {
	/** The user's own text; null = the task's probe sequence. */
	readonly text: string | null;
	/** The reason if the last text was rejected. */
	readonly refusal: string | null;
	/** By run id. */
	readonly runs: ReadonlyMap<string, RunIntervention>;
}

const EMPTY: InterventionState = { text: null, refusal: null, runs: new Map() };

/** The state of a model that an answer depends on. */
interface ModelState {
	/** The run's latest probe. */
	latest: unknown;
	/** Number of times that the user has set λ. */
	lambdaEdits: number;
	/** The run's step if it is paused, finished or diverged: it may be past the last probe. null while it trains. */
	step: number | null;
}

/** One run's question in flight and the one that follows it. */
interface Inquiry {
	/** The question asked last, the model's state then, and the time, ms. */
	asked: { question: Question; model: ModelState; at: number } | null;
	queued: Question | null;
	inFlight: boolean;
	timer: ReturnType<typeof setTimeout> | undefined;
}

/** Interval between forward passes without an intervention or a text of the user's, ms: only λ and the next tokens show them. */
const IDLE_INTERVAL = 2000;

/**
 * Interventions on each run, and the forward passes that answer them. One forward pass per run is in flight at a time:
 * while a slider moves, the questions between two answers are skipped.
 */
export class InterventionStore implements Observable<InterventionState> {
	private readonly state = new Store(EMPTY);
	readonly getSnapshot = this.state.getSnapshot;
	readonly subscribe = this.state.subscribe;
	private readonly inquiries = new Map<string, Inquiry>();
	/** Interventions on the task's own text, by run id, from before the user's text was set. */
	private onOwnText: ReadonlyMap<string, RunIntervention> = new Map();

	constructor(
		private readonly request: SendRequest,
		private readonly isTraining: () => boolean,
	) {}

	readonly of = (run: string): RunIntervention => this.getSnapshot().runs.get(run) ?? NO_RUN_INTERVENTION;

	/** True if the run has an intervention that changes something. */
	isIntervened(run: string): boolean {
		return !changesNothing(this.of(run).intervention);
	}

	/** Changes a run's intervention and asks for its effect at once. */
	readonly edit = (run: RunView, change: (before: Intervention) => Intervention): void => {
		const { id } = run.info;
		this.change(id, { intervention: normalized(change(this.of(id).intervention)) });
		this.refresh(run);
	};

	/**
	 * Sets the text that every run reads; null = the task's own. Positions are other tokens then: masked keys and scaled values
	 * are reset. If a run can't read it, the text is null again, with the keys and values from before, and `refusal` says why.
	 */
	readonly read = (text: string | null): void => this.setText(text, null);

	/** Asks for a run's forward pass, unless the last question has the same answer. */
	refresh(run: RunView): void {
		const { id, lambdaEdits } = run.info;
		const paused = !this.isTraining() || run.finished || run.divergedAt !== null;
		const model: ModelState = { latest: run.maps, lambdaEdits: lambdaEdits.length, step: paused ? run.step : null };
		const question: Question = { text: this.getSnapshot().text, intervention: this.of(id).intervention };
		const inquiry = this.inquiryOf(id);
		const { asked } = inquiry;
		const sameQuestion = asked?.question.text === question.text && asked.question.intervention === question.intervention;
		const sameModel = asked?.model.lambdaEdits === model.lambdaEdits && (model.step === null || asked.model.step === model.step);
		const same = asked !== null && sameQuestion && sameModel;
		if (same && asked.model.latest === model.latest) return;
		clearTimeout(inquiry.timer);
		const idle = same && question.text === null && changesNothing(question.intervention);
		const wait = idle ? asked.at + IDLE_INTERVAL - performance.now() : 0;
		const ask = () => {
			inquiry.asked = { question, model, at: performance.now() };
			this.ask(id, inquiry, question);
		};
		if (wait <= 0) ask();
		else inquiry.timer = setTimeout(ask, wait);
	}

	/** Cancels questions that wait for their time: nothing shows the answers any more. */
	cancelScheduled(): void {
		for (const { timer } of this.inquiries.values()) clearTimeout(timer);
	}

	/** Forgets a run, or every run: another may take its id. The text is reset with the last of them. */
	forget(run?: string): void {
		for (const [id, { timer }] of [...this.inquiries]) {
			if (run !== undefined && run !== id) continue;
			clearTimeout(timer);
			this.inquiries.delete(id);
		}
		const others = (runs: InterventionState['runs']) => new Map([...runs].filter(([id]) => run !== undefined && id !== run));
		this.onOwnText = others(this.onOwnText);
		const runs = others(this.getSnapshot().runs);
		this.state.update((state) => (runs.size === 0 ? EMPTY : { ...state, runs }));
	}

	private inquiryOf(id: string): Inquiry {
		const inquiry = this.inquiries.get(id) ?? { asked: null, queued: null, inFlight: false, timer: undefined };
		this.inquiries.set(id, inquiry);
		return inquiry;
	}

	private ask(id: string, inquiry: Inquiry, question: Question): void {
		inquiry.queued = question;
		this.change(id, { pending: true, problem: null });
		if (!inquiry.inFlight) void this.send(id, inquiry);
	}

	private async send(id: string, inquiry: Inquiry): Promise<void> {
		inquiry.inFlight = true;
		for (let question = inquiry.queued; question; question = inquiry.queued) {
			inquiry.queued = null;
			const answer = await this.answer(id, question);
			// The run was forgotten meanwhile.
			if (this.inquiries.get(id) !== inquiry) return;
			const { problem } = answer;
			this.change(id, { ...answer, pending: inquiry.queued !== null });
			const { text } = this.getSnapshot();
			if (problem !== null && text !== null && question.text === text) this.refuseText(problem);
		}
		inquiry.inFlight = false;
	}

	private async answer(run: string, question: Question): Promise<Partial<RunIntervention> & { problem: string | null }> {
		try {
			const result = await this.request({ type: 'forwardPass', run, ...question });
			return { result, question, problem: null };
		} catch (error) {
			return { problem: (error as Error).message };
		}
	}

	/** Resets to the task's own text with the changes at its positions, because the refused text was never shown. */
	private refuseText(refusal: string): void {
		const before = this.onOwnText;
		this.setText(null, refusal);
		this.state.update((state) => {
			const runs = [...state.runs].map(([id, run]) => {
				const kept = before.get(id)?.intervention;
				return [id, kept ? { ...run, intervention: normalized(withPositionsOf(run.intervention, kept)) } : run] as const;
			});
			return { ...state, runs: new Map(runs) };
		});
	}

	private setText(text: string | null, refusal: string | null): void {
		this.state.update((state) => {
			if (text === state.text) return { ...state, refusal };
			if (state.text === null) this.onOwnText = state.runs;
			const runs = [...state.runs].map(
				([id, run]) => [id, { ...run, intervention: normalized(withoutPositions(run.intervention)) }] as const,
			);
			return { text, refusal, runs: new Map(runs) };
		});
	}

	private change(id: string, change: Partial<RunIntervention>): void {
		this.state.update((state) => ({ ...state, runs: new Map(state.runs).set(id, { ...this.of(id), ...change }) }));
	}
}

/** One object for every intervention that changes nothing, so that a question is recognized as asked before. */
const normalized = (intervention: Intervention): Intervention => (changesNothing(intervention) ? NO_INTERVENTION : intervention);
