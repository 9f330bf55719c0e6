import { describe, expect, it } from 'vitest';
import { NO_INTERVENTION } from '../../src/experiment/interventions';
import {
	carriedOver,
	isOn,
	moveToLayer,
	numberAt,
	resetAll,
	resetPlace,
	setNumber,
	togglePlace,
	trainable,
	withoutPositions,
} from '../../src/experiment/interventions/edits';
import type { LambdaControl } from '../../src/experiment/interventions/lambdas';
import type { ForwardPass } from '../../src/experiment/records/forwardPass';
import { nextTokens } from '../../src/ui/interventions/nextTokens';

const control = (layer: number, index: number, label: string, trains = true): LambdaControl => ({
	layer,
	index,
	label,
	value: 0.5,
	trains,
});

const maskKey = (key: number, layer: number | null) => togglePlace('maskedKeys', { key, layer });
const setLambda = (at: LambdaControl, value: number) => setNumber('lambdas', at, value, at.value);
const scale = (key: number, value: number) => setNumber('valueScales', { key, layer: null }, value, 1);
const headOff = (layer: number, head: number) => togglePlace('headsOff', { layer, head });

describe('edits of an intervention', () => {
	it('cancel when they are made twice, or set to what the model has', () => {
		for (const edit of [maskKey(3, null), headOff(1, 2)]) expect(edit(edit(NO_INTERVENTION))).toEqual(NO_INTERVENTION);
		const lambda = control(1, 0, 'λ₁');
		expect(setLambda(lambda, 0.5)(setLambda(lambda, 2)(NO_INTERVENTION))).toEqual(NO_INTERVENTION);
		expect(scale(0, 1)(scale(0, 1.5)(NO_INTERVENTION))).toEqual(NO_INTERVENTION);
	});

	it('keep one value per weight and one factor per key', () => {
		const lambda = control(1, 0, 'λ₁');
		const moved = setLambda(lambda, 2)(setLambda(control(1, 1, 'λ₂'), 3)(setLambda(lambda, 1)(NO_INTERVENTION)));
		expect(moved.lambdas).toEqual([
			{ layer: 1, index: 1, value: 3 },
			{ layer: 1, index: 0, value: 2 },
		]);
		expect(numberAt(scale(4, 0)(scale(4, 2)(NO_INTERVENTION)), 'valueScales', { key: 4, layer: null }, 1)).toBe(0);
	});

	it('mask a key everywhere or in one layer, and never twice in the same place', () => {
		const everywhere = maskKey(0, null)(NO_INTERVENTION);
		expect([
			isOn(everywhere, 'maskedKeys', { layer: 0, key: 0 }),
			isOn(everywhere, 'maskedKeys', { layer: 3, key: 0 }),
			isOn(everywhere, 'maskedKeys', { layer: 3, key: 1 }),
		]).toEqual([true, true, false]);
		const both = maskKey(0, 2)(everywhere);
		const scoped = moveToLayer('maskedKeys', both.maskedKeys[0], 2)(both);
		expect(scoped.maskedKeys).toEqual([{ key: 0, layer: 2 }]);
		expect(isOn(scoped, 'maskedKeys', { layer: 1, key: 0 })).toBe(false);
		expect(isOn(headOff(1, 2)(NO_INTERVENTION), 'headsOff', { layer: 2, head: 1 })).toBe(false);
	});

	it('switch the heads of a layer off one by one', () => {
		const both = headOff(1, 0)(headOff(1, 2)(NO_INTERVENTION));
		expect(both.headsOff).toEqual([
			{ layer: 1, head: 2 },
			{ layer: 1, head: 0 },
		]);
		expect(isOn(both, 'headsOff', { layer: 1, head: 1 })).toBe(false);
		expect(headOff(1, 2)(both)).toEqual(headOff(1, 0)(NO_INTERVENTION));
	});

	it('are reset one at a time, or all at once', () => {
		const kept = setNumber('valueScales', { key: 3, layer: 1 }, 2, 1)(headOff(0, 1)(NO_INTERVENTION));
		const both = setNumber('valueScales', { key: 3, layer: 2 }, 0, 1)(kept);
		expect(resetPlace('valueScales', { key: 3, layer: 2 })(both)).toEqual(kept);
		expect(resetPlace('headsOff', { layer: 0, head: 1 })(both)).toEqual({ ...both, headsOff: [] });
		expect(resetAll(both)).toEqual(NO_INTERVENTION);
	});

	it('of positions are dropped for another text, those of heads stay', () => {
		const kept = withoutPositions(scale(2, 0)(maskKey(1, null)(headOff(0, 1)(NO_INTERVENTION))));
		expect(kept).toEqual(headOff(0, 1)(NO_INTERVENTION));
		expect(withoutPositions(NO_INTERVENTION)).toBe(NO_INTERVENTION);
	});

	it('continue training only with weights that the method has', () => {
		const lent = control(1, 0, 'λ₁', false);
		const own = control(2, 1, 'λ₂');
		const moved = setLambda(own, 1)(setLambda(lent, 2)(NO_INTERVENTION));
		expect(trainable(moved, [lent, own])).toEqual([{ layer: 2, index: 1, value: 1 }]);
	});

	it('are copied to another run by layer and letter, without weights that it lacks', () => {
		const moved = setLambda(control(1, 0, 'λ₁'), 2)(setLambda(control(2, 1, 'λ₂'), 3)(maskKey(0, null)(NO_INTERVENTION)));
		const there = carriedOver(moved, [control(1, 0, 'λ₁'), control(2, 1, 'λ₂')], [control(1, 4, 'λ₁')]);
		expect(there.lambdas).toEqual([{ layer: 1, index: 4, value: 2 }]);
		expect(there.maskedKeys).toEqual(moved.maskedKeys);
	});
});

describe('the next tokens', () => {
	const reading = (...logits: number[]) => ({ logits: Float32Array.from(logits) }) as ForwardPass;

	it('are a softmax of the position’s logits, likeliest first, however large these are', () => {
		const [first, second] = nextTokens(reading(9, 9, 9, 1000, 1001, 900), null, 1, 3, -1, 2);
		expect([first.token, second.token]).toEqual([1, 0]);
		expect(first.before).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
		expect(first.before + second.before).toBeCloseTo(1, 12);
		expect(first.after).toBeNull();
	});

	it('include the likeliest of either forward pass, and always the token that follows', () => {
		const found = nextTokens(reading(5, 0, 0, 0), reading(0, 5, 0, 0), 0, 4, 3, 2);
		expect(found.map(({ token }) => token)).toEqual([0, 1, 3]);
		expect(found.map(({ follows }) => follows)).toEqual([false, false, true]);
		expect(found[0].after).toBeCloseTo(found[1].before, 12);
	});
});
