import { describe, expect, it } from 'vitest';
import {
	controlParameters,
	controlsOf,
	InterventionError,
	interventionInputs,
	namedEdits,
	setLambdas,
} from '../../src/analysis/interventions';
import { type Intervention, NO_INTERVENTION } from '../../src/experiment/interventions';
import { intervenedCase } from '../support/interventions';

/** `layer.index label = value`, of models with 3 layers; λ are random where they are learned. */
const shown = (name: string) => {
	const { model, weights } = intervenedCase(name, { layers: 3 });
	const numbers = Object.fromEntries(controlParameters(model).map((parameter) => [parameter, weights[parameter]]));
	return controlsOf(model, numbers).map(({ layer, index, label, value, trains }) => [`${layer}.${index} ${label}`, value, trains] as const);
};

describe('sliders of λ', () => {
	it.each([
		['vanilla', [0, 1], false],
		['resformer', [0.5, 0.5], true],
		['resformer:constant', [2, 1], true],
		['cross-layer', [1, 1], false],
		['denseformer', [0, 1], false],
	] as const)('%s has a pair a layer after the first, as it stands', (name, [first, second], trains) => {
		expect(shown(name)).toEqual([
			['1.0 λ₁', first, trains],
			['1.1 λ₂', second, trains],
			['2.0 λ₁', first, trains],
			['2.1 λ₂', second, trains],
		]);
	});

	it('svformer has its weight on V₁; NeuTRENO’s λ is one for the whole model, listed with the first layer that has it', () => {
		expect(shown('svformer')).toEqual([
			['1.0 λ₁', 1, false],
			['2.0 λ₁', 1, false],
		]);
		expect(shown('neutreno')).toEqual([['1.0 λ', 0.4, true]]);
		expect(shown('neutreno+resformer').map(([label, value]) => [label, value])).toEqual([
			['1.0 λ₁', 0.5],
			['1.1 λ₂', 0.5],
			['1.2 λ', 0.2],
			['2.0 λ₁', 0.5],
			['2.1 λ₂', 0.5],
		]);
	});

	it('give a changed λ its name, and mark one that all layers share', () => {
		const { model } = intervenedCase('neutreno+resformer', { layers: 3 });
		const [own, pull] = [0, 2].map((index) => ({ layer: 1, index, value: 0.75 }));
		expect(namedEdits(model, [own, pull])).toEqual([
			{ ...own, label: 'λ₁' },
			{ ...pull, label: 'λ', everyLayer: true },
		]);
		expect(() => namedEdits(model, [{ layer: 2, index: 2, value: 0 }])).toThrow(InterventionError);
	});

	it('show learned λ from the parameters; dense has one for each layer up to its own', () => {
		const { weights } = intervenedCase('resformer:dense', { layers: 3 });
		const numbers = weights['model.layers.2.self_attn.value_lambda'];
		expect(shown('resformer:dense').slice(2)).toEqual([
			['2.0 λ on V₁', numbers[0], true],
			['2.1 λ on V₂', numbers[1], true],
			['2.2 λ on V₃', numbers[2], true],
		]);
	});

	it('value embeddings have two in every layer with a Wv, after those of the value scheme', () => {
		const { weights } = intervenedCase('value-embedding+resformer', { layers: 3 });
		const [onTable, onOwn] = weights['model.layers.1.self_attn.value_embed_lambda'];
		expect(shown('value-embedding+resformer').slice(0, 6)).toEqual([
			['0.0 λ on E', weights['model.layers.0.self_attn.value_embed_lambda'][0], true],
			['0.1 λ on x Wv', weights['model.layers.0.self_attn.value_embed_lambda'][1], true],
			['1.0 λ₁', 0.5, true],
			['1.1 λ₂', 0.5, true],
			['1.2 λ on E', onTable, true],
			['1.3 λ on x Wv', onOwn, true],
		]);
		expect(shown('value-embedding+svformer').map(([name]) => name)).toEqual(['0.0 λ on E', '0.1 λ on x Wv', '1.0 λ₁', '2.0 λ₁']);
		expect(shown('cla:2+value-embedding').map(([name]) => name)).toEqual(['0.0 λ on E', '0.1 λ on x Wv', '2.0 λ on E', '2.1 λ on x Wv']);
	});

	it.each(['cla:2', 'query-residual', 'key-residual', 'attention-residual', 'hidden-residual'])('%s has none', (name) => {
		expect(shown(name)).toEqual([]);
	});
});

describe('an intervention that the model lacks the place for is refused with its field and limits', () => {
	const { model } = intervenedCase('resformer');
	it.each<[Partial<Intervention>, string]>([
		[{ maskedKeys: [{ layer: null, key: 9 }] }, 'maskedKeys[0].key is 9, but the sequence has 9 keys, counted from 0 to 8'],
		[{ maskedKeys: [{ layer: 4, key: 1 }] }, 'maskedKeys[0].layer is 4, but the model has 4 layers, counted from 0 to 3'],
		[{ valueScales: [{ layer: null, key: -1, value: 1 }] }, 'valueScales[0].key is -1, but the sequence has 9 keys'],
		[{ valueScales: [{ layer: null, key: 1, value: Number.NaN }] }, 'valueScales[0].value must be a number from -100 to 100, not NaN'],
		[{ headsOff: [{ layer: 0, head: 3 }] }, 'headsOff[0].head is 3, but a layer has 3 heads, counted from 0 to 2'],
		[{ headsOff: [{ layer: 0.5, head: 0 }] }, 'headsOff[0].layer is 0.5, but the model has 4 layers'],
		[{ lambdas: [{ layer: 1, index: 2, value: 0 }] }, 'lambdas[0].index is 2, but layer 1 has 2 weights on values that can be moved'],
		[{ lambdas: [{ layer: 0, index: 0, value: 0 }] }, 'lambdas[0].index is 0, but layer 0 has no weights on values that can be moved'],
		[{ lambdas: [{ layer: 1, index: 0, value: 1e9 }] }, 'lambdas[0].value must be a number from -100 to 100, not 1000000000'],
	])('%j', (edit, words) => {
		const inputs = () => interventionInputs(model, { ...NO_INTERVENTION, ...edit }, 13, 9);
		expect(inputs).toThrow(InterventionError);
		expect(inputs).toThrow(words);
	});
});

describe('training with another λ', () => {
	const edit = (layer: number, index: number, value: number) => ({ layer, index, value });
	/** The weights of a model after its λ were moved, as sliders show them; and the parameters that changed. */
	function moved(name: string, ...edits: ReturnType<typeof edit>[]) {
		const { model, weights } = intervenedCase(name);
		const before = controlsOf(model, weights);
		const changed = setLambdas(model, edits, weights);
		const after = controlsOf(model, { ...weights, ...changed });
		const others = after.filter(({ layer, index }) => !edits.some((one) => one.layer === layer && one.index === index));
		const largest = Math.max(
			...others.map(({ layer, index, value }) => {
				const was = before.find((one) => one.layer === layer && one.index === index);
				return Math.abs(value - (was?.value ?? Number.NaN));
			}),
		);
		const value = (layer: number, index: number) => after.find((one) => one.layer === layer && one.index === index)?.value;
		return { changed: Object.keys(changed).sort(), value, others: largest };
	}

	it('fixed λ change in the config, in one layer only', () => {
		const { changed, value, others } = moved('resformer:sparse', edit(3, 0, 2.5));
		expect([changed, value(3, 0), others]).toEqual([[], 2.5, 0]);
		expect(moved('neutreno', edit(1, 0, 1.5)).value(1, 0)).toBe(1.5);
		expect(moved('neutreno+resformer', edit(1, 2, 0), edit(2, 1, 3)).value(1, 2)).toBe(0);
	});

	it('learned λ change as parameters', () => {
		const learnable = moved('resformer:learnable', edit(2, 1, -0.75), edit(2, 0, 4));
		expect(learnable.changed).toEqual(['model.layers.2.self_attn.value_lambda']);
		expect([learnable.value(2, 0), learnable.value(2, 1), learnable.others]).toEqual([4, -0.75, 0]);
		expect(moved('resformer:dense', edit(3, 2, 0.25)).value(3, 2)).toBe(0.25);
	});

	it('those of value embeddings are parameters, layer 1’s too', () => {
		const first = moved('value-embedding+resformer', edit(0, 1, 0.75), edit(2, 2, -1));
		expect(first.changed).toEqual(['model.layers.0.self_attn.value_embed_lambda', 'model.layers.2.self_attn.value_embed_lambda']);
		expect([first.value(0, 1), first.value(2, 2), first.others]).toEqual([0.75, -1, 0]);
	});

	it('plus: λ₁ = s·softmax(ℓ) is reached through s and ℓ, and the other layers keep theirs', () => {
		const one = moved('resformer:plus', edit(2, 0, 3));
		expect(one.changed).toEqual(['model.layers.2.self_attn.value_logit', 'model.value_scale']);
		expect(one.value(2, 0)).toBeCloseTo(3, 12);
		expect(one.others).toBeLessThan(1e-12);
		const several = moved('resformer:plus', edit(1, 0, 0.01), edit(3, 0, 7), edit(3, 1, -1));
		expect(several.value(1, 0)).toBeCloseTo(0.01, 12);
		expect(several.value(3, 0)).toBeCloseTo(7, 12);
		expect(several.value(3, 1)).toBe(-1);
		expect(several.others).toBeLessThan(1e-12);
	});

	it.each([
		['vanilla', edit(1, 0, 1), 'lambdas[1]: this method has no λ₁ to train with, its formula has none; fork the run as resformer:constant'],
		['svformer', edit(1, 0, 0.5), 'fork the run as resformer:constant'],
		['cross-layer', edit(1, 1, 0.5), 'this method has no λ₂ to train with'],
		['cla:2', edit(1, 0, 0.5), 'layer 1 has no weights on values'],
		['resformer:plus', edit(1, 0, 0), 'it can only be moved to more than 0, not 0'],
		['resformer', edit(1, 0, Number.POSITIVE_INFINITY), 'lambdas[1].value must be a number from -100 to 100'],
	])('%s, %j: refused, and nothing has changed', (name, wrong, words) => {
		const { model, weights } = intervenedCase(name);
		const before = structuredClone(model);
		const right = controlsOf(model, weights).filter(({ trains }) => trains);
		const edits = [...right.slice(0, 1).map((control) => ({ ...control, value: 1.25 })), wrong];
		expect(() => setLambdas(model, edits, weights)).toThrow(words.replace('[1]', `[${edits.length - 1}]`));
		expect(model).toEqual(before);
	});

	it('two runs of one method do not share λ', () => {
		const [one, other] = ['resformer', 'resformer'].map((name) => intervenedCase(name).model);
		expect(one.valueScheme.lambdas).not.toBe(other.valueScheme.lambdas);
		setLambdas(one, [edit(1, 0, 9)], {});
		expect(other.valueScheme.lambdas?.[1]).toEqual([0.5, 0.5]);
	});
});
