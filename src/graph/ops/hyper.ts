/** Names of the per-step numbers in the `hyper` input of every optimiser, in order. Bias corrections are 1−βᵗ with t from 1. */
export const HYPER = [
	'learningRate',
	'correction1',
	'correction2',
	'weightDecay',
	'beta1',
	'beta2',
	'epsilon',
	'clip',
	'momentum',
	'muonLearningRate',
	'muonMomentum',
] as const;

/** Factor by which the global norm of the gradients, given its square, is clipped. 0 = off. */
export const clipScale = (squares: number, clip: number): number => (clip > 0 ? Math.min(1, clip / (Math.sqrt(squares) + 1e-6)) : 1);
