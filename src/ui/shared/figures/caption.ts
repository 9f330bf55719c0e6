/** Title, seeds, step and link of a figure, as lines of text. Plain functions. */
import type { RunView } from '../../../session/client/store/labSnapshot';
import { formatCount, list, plural } from '../format';

export interface Captioned {
	title: string;
	/** Seeds and step. */
	note: string;
	/** The address of the experiment. */
	link: string;
}

interface Lines {
	lines: { text: string; y: number; bold: boolean }[];
	height: number;
}

/** Mean width of a character of 11 and of 15 pixels in a wide font, CSS pixels. */
const SMALL = 7;
const LARGE = 9;
/** Most lines of a link; a longer one is whole in the SVG's description. */
const MOST_LINES = 6;

export function caption({ title, note, link }: Captioned, width: number): { above: Lines; below: Lines } {
	const titles = wrapped(title, Math.floor(width / LARGE));
	const links = wrapped(link, Math.floor(width / SMALL));
	const shown = links.length > MOST_LINES ? [...links.slice(0, MOST_LINES - 1), `${links[MOST_LINES - 1].slice(0, -1)}…`] : links;
	const small = [...(note ? wrapped(note, Math.floor(width / SMALL)) : []), ...shown];
	return {
		above: { lines: titles.map((text, i) => ({ text, y: 15 + 20 * i, bold: true })), height: 20 * titles.length + 8 },
		below: { lines: small.map((text, i) => ({ text, y: 20 + 15 * i, bold: false })), height: 15 * small.length + 10 },
	};
}

/** Lines of at most `most` characters, broken at blanks if there are some. */
function wrapped(text: string, most: number): string[] {
	const room = Math.max(10, most);
	const lines: string[] = [];
	let rest = text;
	while (rest.length > room) {
		const blank = rest.lastIndexOf(' ', room);
		const at = blank > room / 2 ? blank : room;
		lines.push(rest.slice(0, at).trimEnd());
		rest = rest.slice(at).trimStart();
	}
	return [...lines, rest];
}

/** `Seeds 1, 2 and 3, step 600`, with the range of steps if runs differ. */
export function runsNote(runs: readonly RunView[]): string {
	if (runs.length === 0) return '';
	const seeds = [...new Set(runs.map(({ info }) => info.seed))].sort((a, b) => a - b);
	const steps = runs.map(({ step }) => step);
	const [low, high] = [Math.min(...steps), Math.max(...steps)];
	const named = seeds.length > 8 ? plural(seeds.length, 'seed') : `${seeds.length > 1 ? 'Seeds' : 'Seed'} ${list(seeds.map(String))}`;
	return `${named}, step ${low === high ? formatCount(high) : `${formatCount(low)} to ${formatCount(high)}`}`;
}
