import { defineActions } from './action';

export interface ShareContext {
	/** Something was measured that a link can hold. */
	measured: boolean;
	copyLink(withResults: boolean): void;
}

export const SHARE_ACTIONS = defineActions<ShareContext>()({
	link: {
		label: 'Copy link',
		hint: 'Copies a link that holds this experiment',
		run: ({ copyLink }) => copyLink(false),
	},
	linkWithResults: {
		label: 'Copy link with results',
		hint: 'Copies a link that also holds the measured values',
		why: ({ measured }) => (measured ? '' : 'Nothing has been measured yet.'),
		run: ({ copyLink }) => copyLink(true),
	},
});
