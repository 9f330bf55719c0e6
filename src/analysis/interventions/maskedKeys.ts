import { type InterventionMaths, keyEntries } from './maths';

const VISIBLE = 'visible_keys';

/** Hides keys from attention: the input is 0 for a key that no query of the layer sees, else 1. */
export const maskedKeys: InterventionMaths<'maskedKeys'> = {
	inputs: ({ layers }, length) => ({ [VISIBLE]: { shape: [layers, length], neutral: 1 } }),
	write(edits, { [VISIBLE]: visible }, config, length) {
		for (const edit of edits) for (const entry of keyEntries(edit, config, length)) visible[entry] = 0;
	},
	hooks: (input) => ({ attention: { visible: input(VISIBLE) } }),
};
