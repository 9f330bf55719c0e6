import { describe, expect, it } from 'vitest';
import { type LambdaControl, NO_INTERVENTION } from '../../src/experiment/intervention';
import type { ForwardPass } from '../../src/experiment/records/forwardPass';
import {
	carriedOver,
	isMasked,
	isOff,
	moveLambda,
	scaleOf,
	scaleValue,
	scopeMask,
	toggleHead,
	toggleMask,
	trainable,
} from '../../src/ui/interventions/edits';
import { nextTokens } from '../../src/ui/interventions/nextTokens';

const control = (layer: number, index: number, label: string, trains = true): LambdaControl => ({
	layer,
	index,
	label,
	value: 0.5,
	trains,
});

describe('edits of an intervention', () => {
	it('take themselves back when they are made twice, or set to what the model has', () => {
		for (const edit of [toggleMask(3, null), toggleHead(1, 2)]) expect(edit(edit(NO_INTERVENTION))).toEqual(NO_INTERVENTION);
		const lambda = control(1, 0, 'λ₁');
		expect(moveLambda(lambda, 0.5)(moveLambda(lambda, 2)(NO_INTERVENTION))).toEqual(NO_INTERVENTION);
		expect(scaleValue(0, 1)(scaleValue(0, 1.5)(NO_INTERVENTION))).toEqual(NO_INTERVENTION);
	});

	it('keep one value a weight and one factor a key', () => {
		const lambda = control(1, 0, 'λ₁');
		const moved = moveLambda(lambda, 2)(moveLambda(control(1, 1, 'λ₂'), 3)(moveLambda(lambda, 1)(NO_INTERVENTION)));
		expect(moved.lambdas).toEqual([
			{ layer: 1, index: 1, value: 3 },
			{ layer: 1, index: 0, value: 2 },
		]);
		expect(scaleOf(scaleValue(4, 0)(scaleValue(4, 2)(NO_INTERVENTION)), 4)).toBe(0);
	});

	it('mask a key everywhere or in one layer, and never twice in the same place', () => {
		const everywhere = toggleMask(0, null)(NO_INTERVENTION);
		expect([isMasked(everywhere, 0, 0), isMasked(everywhere, 3, 0), isMasked(everywhere, 3, 1)]).toEqual([true, true, false]);
		const both = toggleMask(0, 2)(everywhere);
		const scoped = scopeMask(both.maskedKeys[0], 2)(both);
		expect(scoped.maskedKeys).toEqual([{ key: 0, layer: 2 }]);
		expect(isMasked(scoped, 1, 0)).toBe(false);
		expect(isOff(toggleHead(1, 2)(NO_INTERVENTION), 2, 1)).toBe(false);
	});

	it('train on only with weights that the method has', () => {
		const lent = control(1, 0, 'λ₁', false);
		const own = control(2, 1, 'λ₂');
		const moved = moveLambda(own, 1)(moveLambda(lent, 2)(NO_INTERVENTION));
		expect(trainable(moved, [lent, own])).toEqual([{ layer: 2, index: 1, value: 1 }]);
	});

	it('go over to another run by layer and letter, without weights that it lacks', () => {
		const moved = moveLambda(control(1, 0, 'λ₁'), 2)(moveLambda(control(2, 1, 'λ₂'), 3)(toggleMask(0, null)(NO_INTERVENTION)));
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

	it('hold what either reading expects most, and the token that follows even where neither does', () => {
		const found = nextTokens(reading(5, 0, 0, 0), reading(0, 5, 0, 0), 0, 4, 3, 2);
		expect(found.map(({ token }) => token)).toEqual([0, 1, 3]);
		expect(found.map(({ follows }) => follows)).toEqual([false, false, true]);
		expect(found[0].after).toBeCloseTo(found[1].before, 12);
	});
});
