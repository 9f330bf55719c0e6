/** The op table: a new op is one file beside this one, its shaders, and one line here. */
import { GraphError, type Op } from '../op';
import { adamW } from './adamW';
import { add } from './add';
import { attention } from './attention';
import { attentionGradient } from './attentionGradient';
import { attentionProbabilities } from './attentionProbabilities';
import { cachedAttention } from './cachedAttention';
import { cacheWrite } from './cacheWrite';
import { columnSoftmax } from './columnSoftmax';
import { columnSoftmaxGradient } from './columnSoftmaxGradient';
import { concatRows } from './concatRows';
import { correct } from './correct';
import { crossEntropy } from './crossEntropy';
import { embedding } from './embedding';
import { embeddingGradient } from './embeddingGradient';
import { gradientSquares } from './gradientSquares';
import { matmul } from './matmul';
import { mix } from './mix';
import { mixWeightGradient } from './mixWeightGradient';
import { repeatHeads } from './repeatHeads';
import { rmsNorm } from './rmsNorm';
import { rmsNormGradient } from './rmsNormGradient';
import { rope } from './rope';
import { scaleHeads } from './scaleHeads';
import { sliceRows } from './sliceRows';
import { steeredAttention } from './steeredAttention';
import { sumHeads } from './sumHeads';
import { swiglu } from './swiglu';
import { swigluGradient } from './swigluGradient';

export const OPS: readonly Op[] = [
	embedding,
	embeddingGradient,
	matmul,
	add,
	mix,
	mixWeightGradient,
	concatRows,
	sliceRows,
	repeatHeads,
	sumHeads,
	columnSoftmax,
	columnSoftmaxGradient,
	rmsNorm,
	rmsNormGradient,
	rope,
	attention,
	attentionGradient,
	attentionProbabilities,
	cacheWrite,
	cachedAttention,
	steeredAttention,
	scaleHeads,
	swiglu,
	swigluGradient,
	crossEntropy,
	correct,
	gradientSquares,
	adamW,
];

const table = new Map(OPS.map((op) => [op.name, op]));

export function opNamed(name: string): Op {
	const op = table.get(name);
	if (!op) throw new GraphError(`no op is called ${name}`);
	return op;
}
