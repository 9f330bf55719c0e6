/** What a new user does on the page, with a mouse, a finger or the keyboard alone. */
import { describe, it } from 'vitest';
import { expectJourney, type Person } from './journey';

const PEOPLE: [name: string, person: Person][] = [
	['with a mouse at 1440 px', { means: 'mouse', width: 1440, height: 900 }],
	['with a finger at 390 px', { means: 'touch', width: 390, height: 844 }],
	['with the keyboard alone at 1440 px', { means: 'keyboard', width: 1440, height: 900 }],
];

describe('every task of a new user', () => {
	it.each(PEOPLE)('%s', expectJourney);
});
