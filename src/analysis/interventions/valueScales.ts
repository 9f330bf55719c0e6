import { type InterventionMaths, keyEntries } from './maths';

const SCALES = 'value_scales';

/** Factors of the values that a layer's attention reads. Several edits of one value multiply. */
export const valueScales: InterventionMaths<'valueScales'> = {
	inputs: ({ layers }, length) => ({ [SCALES]: { shape: [layers, length], neutral: 1 } }),
	write(edits, { [SCALES]: scales }, config, length) {
		for (const edit of edits) for (const entry of keyEntries(edit, config, length)) scales[entry] *= edit.value;
	},
	hooks: (input) => ({ attention: { valueScales: input(SCALES) } }),
};
