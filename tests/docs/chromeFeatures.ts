/**
 * The features of the built page that are newer than WebGPU itself (Chrome 113), with the Chrome that has each first, and newer ones
 * that it must do without. Source of the versions: MDN's browser-compat-data and developer.chrome.com/blog/new-in-webgpu-*.
 */
interface Feature {
	name: string;
	/** First Chrome that has it. */
	chrome: number;
	/** Finds it in built scripts, style sheets, shaders and HTML. */
	pattern: RegExp;
}

/** Used without a check: the page or its worker fails, or looks wrong, in an older Chrome. */
export const NEEDED: readonly Feature[] = [
	{ name: 'popover attribute', chrome: 114, pattern: /\[popover\]/ },
	{ name: 'light-dark()', chrome: 123, pattern: /light-dark\(/ },
	{ name: 'GPUAdapter.info', chrome: 127, pattern: /\{vendor:\w+,architecture:\w+[\w:,]*\}=\w+\.info\b/ },
	{ name: 'checkVisibility with opacityProperty', chrome: 121, pattern: /checkVisibility\(\{opacityProperty/ },
	// webgpu-utils refers to it when the worker starts.
	{ name: 'Float16Array', chrome: 135, pattern: /\bFloat16Array\b/ },
];

/** Used where it exists, with the same result or a slower one elsewhere. */
export const OPTIONAL: readonly Feature[] = [
	{ name: 'text-wrap: pretty', chrome: 117, pattern: /text-wrap:\s*pretty/ },
	{ name: 'timestamp queries', chrome: 121, pattern: /timestamp-query/ },
	{ name: 'subgroups', chrome: 134, pattern: /enable subgroups/ },
	{ name: 'GPUAdapterInfo.subgroupMinSize', chrome: 134, pattern: /subgroupMinSize/ },
	{ name: 'GPUAdapterInfo.isFallbackAdapter', chrome: 136, pattern: /\bisFallbackAdapter\b/ },
];

/** Newer than the oldest Chrome. Whoever needs one raises `OLDEST_CHROME`, or adds it to the lists above. */
export const TOO_NEW: readonly Feature[] = [
	{ name: 'RegExp.escape', chrome: 136, pattern: /\bRegExp\.escape\b/ },
	{ name: 'print-color-adjust', chrome: 136, pattern: /[;{\s]print-color-adjust:/ },
	{ name: 'GPUDevice.adapterInfo', chrome: 136, pattern: /\bdevice\.adapterInfo\b/ },
	{ name: 'CSS if()', chrome: 137, pattern: /:\s*if\((style|media|supports)\(/ },
	{ name: 'reading-flow', chrome: 137, pattern: /\breading-(flow|order):/ },
	{ name: 'sibling-index(), sibling-count()', chrome: 138, pattern: /\bsibling-(index|count)\(/ },
	{ name: 'width: stretch', chrome: 138, pattern: /(width|height|inline-size|block-size):\s*stretch\b/ },
	{ name: 'CSS abs(), sign(), progress()', chrome: 138, pattern: /:\s*(calc\()?(abs|sign|progress)\((var|1|-)/ },
	{ name: 'CSS @function', chrome: 139, pattern: /@function\s+--/ },
	{ name: 'corner-shape', chrome: 139, pattern: /\bcorner-shape:/ },
	{
		name: 'Uint8Array.fromBase64, toBase64, fromHex, toHex',
		chrome: 140,
		pattern: /\b(fromBase64|toBase64|setFromBase64|fromHex|toHex)\(/,
	},
	{ name: 'text-autospace, caret-animation', chrome: 140, pattern: /\b(text-autospace|caret-animation):/ },
	{ name: 'ariaNotify', chrome: 141, pattern: /\bariaNotify\b/ },
	{ name: 'interestfor', chrome: 142, pattern: /\binterest[fF]or\b/ },
	{ name: 'Temporal', chrome: 144, pattern: /\bTemporal\.(Now|Plain|Instant|Zoned|Duration)/ },
	{ name: 'Map.getOrInsert', chrome: 145, pattern: /\bgetOrInsert(Computed)?\(/ },
	{ name: 'Element.setHTML', chrome: 146, pattern: /\bsetHTML\(/ },
	{ name: 'Math.sumPrecise', chrome: 147, pattern: /\bMath\.sumPrecise\b/ },
];
