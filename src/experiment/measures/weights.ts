import { DECIMAL, type MeasureText } from './text';

/** True if the metric is a λ or a depth weight: their keys start with the letter. */
export const isWeight = (key: string): boolean => /^[λα]/.test(key);

/** Text of a weight between values (λ) or between block outputs (α of DenseFormer). */
export function weightText(key: string): MeasureText {
	const depth = key.startsWith('α');
	return {
		...DECIMAL,
		format: 'weight',
		perLayer: true,
		inRunsTable: false,
		subject: 'Weights of the method',
		label: key,
		unit: 'weight',
		formula: depth ? 'next block’s input = Σ_{j≤i} αᵢⱼ Xⱼ' : 'V′ₙ = λₙ₁ V₁ + λₙ₂ Vₙ, or Σ_{i≤n} λₙᵢ Vᵢ in the dense form',
		help: depth
			? 'Weight of an earlier block’s output in the input of the next block; learned.'
			: 'Weight of a value in what attention reads; fixed or learned, depending on the method.',
	};
}
