/** The optimisers of docs/METHODS.md section 1. Their maths is in `training/optimizers.ts`. */
export const OPTIMIZERS = ['adamw', 'sgd', 'muon'] as const;
export type OptimizerName = (typeof OPTIMIZERS)[number];

export const OPTIMIZER_LABELS: Readonly<Record<OptimizerName, string>> = {
	adamw: 'AdamW',
	sgd: 'SGD with momentum',
	muon: 'Muon',
};

/** True for matrices inside the layers, by their parameter's name. Muon updates these, and neither embeddings nor the head. */
export const isHiddenMatrix = (name: string): boolean => name.endsWith('_proj.weight');
