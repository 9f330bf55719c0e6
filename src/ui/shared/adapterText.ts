import type { AdapterDescription } from '../../experiment/records/adapter';

/** The adapter's name; one that computes on the CPU says so, which its name does not: `software GPU (SwiftShader)`. */
export function adapterText({ name, software }: Pick<AdapterDescription, 'name' | 'software'>): string {
	return software ? `software GPU (${/swiftshader/i.test(name) ? 'SwiftShader' : name.replace(/ *\(.*/, '')})` : name;
}
