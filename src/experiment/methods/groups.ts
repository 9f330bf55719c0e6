/** A heading of the catalogue. Groups are in the order of their first entries. */
export interface MethodGroup {
	name: string;
	/** The heading in the form. */
	title: string;
	/** True if the form shows the group open from the start. Other groups open when one of their methods is chosen. */
	open: boolean;
}

export const BASELINE: MethodGroup = { name: 'Baseline', title: 'Baseline', open: true };
export const RESFORMER: MethodGroup = { name: 'ResFormer', title: 'ResFormer: values mixed with layer 1’s', open: true };
export const OTHER_VALUES: MethodGroup = { name: 'Other values', title: 'Other values', open: true };
export const SHARED_KV: MethodGroup = { name: 'KV sharing', title: 'Shared keys and values', open: false };
export const DEPTH: MethodGroup = { name: 'Depth', title: 'Depth', open: false };
export const OTHER_RESIDUALS: MethodGroup = { name: 'Other residuals', title: 'Other residuals', open: false };
export const ATTENTION: MethodGroup = { name: 'Attention', title: 'Attention: gates, sinks, norms', open: false };
