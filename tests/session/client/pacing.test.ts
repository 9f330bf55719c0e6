import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NOTIFY_INTERVAL, Pacing } from '../../../src/session/client/store/pacing';

let pacing: Pacing;

beforeEach(() => {
	vi.useFakeTimers();
	pacing = new Pacing();
});
afterEach(() => vi.useRealTimers());

/** A snapshot that the page takes `took` ms to draw. */
function draw(took: number): void {
	pacing.published();
	pacing.begin();
	vi.advanceTimersByTime(took);
	pacing.end();
}

describe('Pacing', () => {
	it('publishes at once after a pause, and at most ten times per second', () => {
		expect(pacing.wait()).toBe(0);
		pacing.published();
		expect(pacing.wait()).toBe(NOTIFY_INTERVAL);
		vi.advanceTimersByTime(NOTIFY_INTERVAL);
		expect(pacing.wait()).toBe(0);
	});

	it('pauses twice as long as a slow redraw took, and returns to ten per second when redraws are fast again', () => {
		draw(200);
		expect(pacing.wait()).toBe(400);
		vi.advanceTimersByTime(400);
		draw(5);
		expect(pacing.wait()).toBe(NOTIFY_INTERVAL - 5);
	});

	it('waits for a redraw that has not ended, but no longer than a second', () => {
		pacing.published();
		pacing.begin();
		expect(pacing.wait()).toBe(1000);
		vi.advanceTimersByTime(1000);
		expect(pacing.wait()).toBe(0);
	});

	it('answers a click first, and still draws every half second during many clicks', () => {
		pacing.published();
		vi.advanceTimersByTime(NOTIFY_INTERVAL);
		pacing.input();
		expect(pacing.wait()).toBe(120);
		for (let i = 0; i < 4; i++) {
			vi.advanceTimersByTime(100);
			pacing.input();
		}
		expect(pacing.wait()).toBe(0);
	});
});
