import { expect, it } from 'vitest';
import { mixingMetrics, mixingParameters } from '../../src/analysis/weights';
import { readOracle } from '../support/oracle';

const metricsOf = (name: string) => {
	const { model, weights } = readOracle(name);
	// Only the requested parameters, as a run reads them back.
	return mixingMetrics(model, Object.fromEntries(mixingParameters(model).map((parameter) => [parameter, weights[parameter]])));
};
const lambda = (name: string, layer: number) => readOracle(name).weights[`model.layers.${layer}.self_attn.value_lambda`];

it('shows the present learned λ, and none for the first layer', () => {
	const name = 'resformer-learnable';
	const found = metricsOf(name);
	expect(found['λ₁']).toEqual([Number.NaN, lambda(name, 1)[0], lambda(name, 2)[0]]);
	expect(found['λ₂']).toEqual([Number.NaN, lambda(name, 1)[1], lambda(name, 2)[1]]);
});

it('shows the λ₁ that the plus form’s logits and scale make', () => {
	const name = 'resformer-plus';
	const { weights } = readOracle(name);
	const [one, two] = [1, 2].map((layer) => Math.exp(weights[`model.layers.${layer}.self_attn.value_logit`][0]));
	const scale = weights['model.value_scale'][0];
	const found = metricsOf(name)['λ₁'];
	expect(found[1]).toBeCloseTo((scale * one) / (one + two), 10);
	expect(found[2]).toBeCloseTo((scale * two) / (one + two), 10);
});

it('shows every λ of the dense form and every depth weight', () => {
	const dense = metricsOf('resformer-dense');
	expect(Object.values(dense).map((list) => list[2])).toEqual([...lambda('resformer-dense', 2)]);
	expect(Object.values(dense).map((list) => list[1])).toEqual([...lambda('resformer-dense', 1), Number.NaN]);
	const depth = metricsOf('denseformer');
	expect(Object.values(depth).map((list) => list[2])).toEqual([...readOracle('denseformer').weights['model.layers.2.depth_weights']]);
});

it('shows fixed λ, and nothing for methods without', () => {
	expect(metricsOf('resformer-sparse')).toEqual({
		'λ₁': readOracle('resformer-sparse').model.valueScheme.lambdas?.map(([first]) => first),
		'λ₂': readOracle('resformer-sparse').model.valueScheme.lambdas?.map(([, own]) => own),
	});
	expect(metricsOf('vanilla')).toEqual({});
});
