import type { Addition } from './addition';

/** CLA: layer l (from 0) computes K and V only if l mod f = 0; the others read those of layer f·⌊l/f⌋. Brandon et al., arXiv 2405.12981. */
export const kvSharing: Addition<number> = {
	leader: (factor, layer) => layer - (layer % factor),
};
