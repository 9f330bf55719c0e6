/** Made by `mobyDickPlugin.mjs`. */
declare module 'virtual:moby-dick' {
	const text: string;
	export default text;
}
