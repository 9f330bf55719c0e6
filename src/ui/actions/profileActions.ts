import { defineActions } from './action';

export interface ProfileContext {
	/** Reason why nothing can be measured; '' if it can. */
	refusal: string;
	measuring: boolean;
	/** A result is shown. */
	measured: boolean;
	measure(): void;
	stop(): void;
}

export const PROFILE_ACTIONS = defineActions<ProfileContext>()({
	measure: {
		label: ({ measured }) => (measured ? 'Measure again' : 'Measure'),
		hint: 'Times a training step on this GPU',
		why: ({ refusal, measuring }) => refusal || (measuring ? 'The measurement is running.' : ''),
		run: ({ measure }) => measure(),
	},
	stop: {
		label: 'Cancel',
		hint: 'Ends the measurement',
		why: ({ measuring }) => (measuring ? '' : 'Nothing is being measured.'),
		run: ({ stop }) => stop(),
	},
});
