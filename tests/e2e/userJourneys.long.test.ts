/** As userJourneys.e2e.test.ts, in a narrow window: Tab passes every control of the page dozens of times. */
import { it } from 'vitest';
import { expectJourney } from './journey';

it('every task of a new user, with the keyboard alone at 390 px', () =>
	expectJourney('with the keyboard alone at 390 px', { means: 'keyboard', width: 390, height: 844 }));
