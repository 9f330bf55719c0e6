/**
 * A part of the page as an SVG picture: its drawings, maps, tables and texts where they are on the page, in the light theme, whatever the
 * theme is. Controls are left out. Loaded with the first figure.
 */

import { type Captioned, caption } from './caption';
import { lightened, lightenPixels } from './lighten';

export interface Picture {
	svg: string;
	width: number;
	height: number;
}

interface Box {
	left: number;
	top: number;
	right: number;
	bottom: number;
}

/** Not part of a figure. */
const CONTROLS =
	'.panel-head, .row-tools, table .last, .enlarge, .hidden, select, input, textarea, fieldset, [popover], .sort-sign, .figure-menu, .brush, .cursor-line, label, summary .label, .row-table > summary, .figure-box > summary';
/** Buttons that hold texts or drawings of a figure. */
const SPEAKING = 'table button, .term, .strip-label, .map-columns button';

const MARGIN = 16;

/** @param title above the picture; seeds, step and link are below it */
export function capture(element: HTMLElement, text: Captioned): Picture {
	return inLight(element, (dark) => {
		const scrolled = unscroll(element);
		try {
			const parts: string[] = [];
			const box: Box = { left: Number.POSITIVE_INFINITY, top: Number.POSITIVE_INFINITY, right: 0, bottom: 0 };
			walk(element, { parts, box, dark });
			return framed(parts, box, text);
		} finally {
			for (const { part, left, top } of scrolled) part.scrollTo(left, top);
		}
	});
}

/** Computes styles in the light theme. Nothing is painted in between. */
function inLight<T>(element: Element, run: (dark: boolean) => T): T {
	const root = document.documentElement;
	const before = root.dataset.theme;
	const ground = getComputedStyle(element).backgroundColor;
	root.dataset.theme = 'light';
	try {
		return run(getComputedStyle(element).backgroundColor !== ground);
	} finally {
		if (before === undefined) delete root.dataset.theme;
		else root.dataset.theme = before;
	}
}

/** Scrolls everything to its start, so that nothing covers anything else. */
function unscroll(element: Element): { part: Element; left: number; top: number }[] {
	const parts = [element, ...element.querySelectorAll('*')].filter(({ scrollLeft, scrollTop }) => scrollLeft !== 0 || scrollTop !== 0);
	const found = parts.map((part) => ({ part, left: part.scrollLeft, top: part.scrollTop }));
	for (const part of parts) part.scrollTo(0, 0);
	return found;
}

interface Drawing {
	parts: string[];
	box: Box;
	/** The page is dark: pixels of maps are turned into those of the light theme. */
	dark: boolean;
}

/** The choices of what a map shows are its title. */
const TITLES = '.map-columns select';

function walk(element: Element, drawing: Drawing): void {
	for (const node of element.childNodes) {
		if (node instanceof Text) text(node, drawing);
		else if (node instanceof Element) part(node, drawing);
	}
}

function part(element: Element, drawing: Drawing): void {
	if (element instanceof HTMLSelectElement && element.matches(TITLES)) {
		title(element, drawing);
		return;
	}
	if (element.matches(CONTROLS) || (element.matches('button') && !element.matches(SPEAKING))) return;
	// An element without a box of its own, whose content has one.
	if (getComputedStyle(element).display === 'contents') {
		walk(element, drawing);
		return;
	}
	if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return;
	const rect = element.getBoundingClientRect();
	if (element instanceof SVGSVGElement) {
		if (rect.width > 0) drawing.parts.push(svgPart(element, rect));
	} else if (element instanceof HTMLCanvasElement) {
		if (rect.width > 0) drawing.parts.push(canvasPart(element, rect, drawing.dark));
	} else {
		drawing.parts.push(boxPart(element, rect, drawing.dark));
		walk(element, drawing);
		return;
	}
	grow(drawing.box, rect);
}

function grow(box: Box, { left, top, right, bottom }: Box): void {
	box.left = Math.min(box.left, left);
	box.top = Math.min(box.top, top);
	box.right = Math.max(box.right, right);
	box.bottom = Math.max(box.bottom, bottom);
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const n = (value: number) => String(Math.round(100 * value) / 100);
const attributes = (list: Record<string, string | number | undefined>) =>
	Object.entries(list)
		.flatMap(([name, value]) =>
			value === undefined || value === '' ? [] : [` ${name}="${escaped(typeof value === 'number' ? n(value) : value)}"`],
		)
		.join('');

const isSeen = (colour: string) => colour !== 'transparent' && !/^rgba\(.*, 0\)$/.test(colour) && !/\/ 0\)$/.test(colour);

let gradients = 0;

/** Background and borders of an element. */
function boxPart(element: Element, { left, top, width, height }: DOMRect, dark: boolean): string {
	const style = getComputedStyle(element);
	let out = '';
	const stops = style.backgroundImage.startsWith('linear-gradient(to right') ? (style.backgroundImage.match(/rgba?\([^)]*\)/g) ?? []) : [];
	if (stops.length > 1) {
		const id = `scale-${gradients++}`;
		const list = stops.map(
			(stop, i) => `<stop${attributes({ offset: i / (stops.length - 1), 'stop-color': dark ? lightened(stop) : stop })}/>`,
		);
		out += `<linearGradient id="${id}">${list.join('')}</linearGradient><rect${attributes({ x: left, y: top, width, height, fill: `url(#${id})` })}/>`;
	} else if (isSeen(style.backgroundColor) && !element.matches('button')) {
		out += `<rect${attributes({ x: left, y: top, width, height, fill: style.backgroundColor, opacity: style.opacity === '1' ? undefined : style.opacity })}/>`;
	}
	if (element.matches('button, figure, section')) return out;
	const lines = {
		top: [left, top, width, 0],
		bottom: [left, top + height, width, 0],
		left: [left, top, 0, height],
		right: [left + width, top, 0, height],
	};
	for (const [side, [x, y, across, down]] of Object.entries(lines)) {
		const size = Number.parseFloat(style.getPropertyValue(`border-${side}-width`));
		const colour = style.getPropertyValue(`border-${side}-color`);
		if (size > 0 && style.getPropertyValue(`border-${side}-style`) !== 'none' && isSeen(colour))
			out += `<path${attributes({ d: `M${n(x)},${n(y)}l${n(across)},${n(down)}`, stroke: colour, 'stroke-width': size })}/>`;
	}
	return out;
}

/** Properties of drawings that style sheets may set. */
const DRAWN = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'opacity', 'fill-opacity', 'stroke-opacity'];
const WRITTEN = ['font-family', 'font-size', 'font-weight', 'text-anchor'];
/** Attributes without meaning outside the page. */
const PAGE_ONLY = /^(class|style|role|tabindex|aria-|data-|xmlns|width$|height$)/;

function svgPart(source: SVGSVGElement, { left, top, width, height }: DOMRect): string {
	const box = source.getAttribute('viewBox') ?? `0 0 ${n(width)} ${n(height)}`;
	const ratio = source.getAttribute('preserveAspectRatio') ?? undefined;
	const inside = [...source.children].map(svgNode).join('');
	return `<svg${attributes({ x: left, y: top, width, height, viewBox: box, preserveAspectRatio: ratio, overflow: 'visible' })}>${inside}</svg>`;
}

function svgNode(element: Element): string {
	const name = element.localName;
	if (name === 'title' || name === 'desc' || name === 'style' || name === 'script') return '';
	const style = getComputedStyle(element);
	if (style.display === 'none' || style.visibility === 'hidden') return '';
	// A drawing inside a drawing cuts what is outside it.
	const sized = name === 'rect' || name === 'image' || name === 'svg';
	const own = [...element.attributes].filter(({ name }) => !PAGE_ONLY.test(name) || (sized && /^(width|height)$/.test(name)));
	const list: Record<string, string> = Object.fromEntries(own.map(({ name, value }) => [name, value]));
	if (name !== 'clipPath' && name !== 'defs' && !element.closest('clipPath'))
		for (const property of name === 'text' || name === 'tspan' ? [...DRAWN, ...WRITTEN] : DRAWN) {
			const value = style.getPropertyValue(property);
			const usual = value === '1' && /opacity$/.test(property);
			if (usual || (value === 'none' && /dash/.test(property))) delete list[property];
			else list[property] = value;
		}
	const inside = [...element.childNodes]
		.map((node) => (node instanceof Element ? svgNode(node) : escaped(node.textContent ?? '')))
		.join('');
	return `<${name}${attributes(list)}>${inside}</${name}>`;
}

function canvasPart(canvas: HTMLCanvasElement, { left, top, width, height }: DOMRect, dark: boolean): string {
	const href = (dark ? lightenPixels(canvas) : canvas).toDataURL('image/png');
	return `<image${attributes({ x: left, y: top, width, height, href, preserveAspectRatio: 'none', 'image-rendering': 'pixelated' })}/>`;
}

function title(select: HTMLSelectElement, { parts, box }: Drawing): void {
	const rect = select.getBoundingClientRect();
	const { fontFamily, fontSize, color } = getComputedStyle(select);
	const place = {
		x: rect.left,
		y: rect.top + 0.68 * rect.height,
		fill: color,
		'font-family': fontFamily,
		'font-size': fontSize,
		'font-weight': '600',
	};
	parts.push(`<text${attributes(place)}>${escaped(select.selectedOptions[0]?.label ?? '')}</text>`);
	grow(box, rect);
}

const measuring = document.createElement('canvas').getContext('2d');

/** A text node, one element per line. */
function text(node: Text, { parts, box }: Drawing): void {
	const { parentElement: parent } = node;
	if (!parent || !node.data.trim()) return;
	const style = getComputedStyle(parent);
	for (const { words, rect } of lines(node)) {
		if (rect.width === 0) continue;
		const shown = style.textTransform === 'uppercase' ? words.toUpperCase() : words;
		const font = { 'font-family': style.fontFamily, 'font-size': style.fontSize, 'font-weight': style.fontWeight };
		if (measuring) measuring.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
		const { fontBoundingBoxAscent: above = 0.9 * rect.height, fontBoundingBoxDescent: below = 0.2 * rect.height } =
			measuring?.measureText(shown) ?? {};
		const y = rect.top + (rect.height - above - below) / 2 + above;
		const place = {
			x: rect.left,
			y,
			fill: style.color,
			...font,
			textLength: rect.width,
			lengthAdjust: 'spacingAndGlyphs',
			'xml:space': 'preserve',
		};
		parts.push(`<text${attributes(place)}>${escaped(shown)}</text>`);
		grow(box, rect);
	}
}

/** The lines in which a text node is shown. */
function lines(node: Text): { words: string; rect: DOMRect }[] {
	const range = document.createRange();
	range.selectNodeContents(node);
	const all = [...range.getClientRects()].filter(({ width }) => width > 0);
	const clean = (text: string) => text.replace(/\s+/g, ' ');
	if (all.length === 1) return [{ words: clean(node.data), rect: all[0] }];
	const found: { words: string; rect: DOMRect }[] = [];
	for (const { index, 0: word } of node.data.matchAll(/\s*\S+\s*$|\s*\S+/g)) {
		range.setStart(node, index);
		range.setEnd(node, index + word.length);
		const rects = [...range.getClientRects()].filter(({ width }) => width > 0);
		const rect = rects.at(-1);
		if (!rect) continue;
		const last = found[found.length - 1];
		if (last && Math.abs(last.rect.top - rect.top) < 2) {
			last.words += clean(word);
			last.rect = new DOMRect(last.rect.left, last.rect.top, rect.right - last.rect.left, last.rect.height);
		} else found.push({ words: index === 0 && rects.length === 1 ? clean(word) : clean(word).trimStart(), rect });
	}
	return found;
}

/** The picture with its title above, and seeds, step and link below. */
function framed(parts: readonly string[], box: Box, text: Captioned): Picture {
	const empty = !Number.isFinite(box.left);
	const width = Math.ceil((empty ? 320 : box.right - box.left) + 2 * MARGIN);
	const { above, below } = caption(text, width - 2 * MARGIN);
	const top = MARGIN + above.height;
	const middle = empty ? 0 : box.bottom - box.top;
	const height = Math.ceil(top + middle + below.height + MARGIN);
	const moved = empty ? '' : `<g transform="translate(${n(MARGIN - box.left)} ${n(top - box.top)})" fill="none">${parts.join('')}</g>`;
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><title>${escaped(text.title)}</title><desc>${escaped(text.link)}</desc><rect width="100%" height="100%" fill="#ffffff"/>${above.lines.map(({ text, y, bold }) => captionLine(text, y + MARGIN, bold)).join('')}${moved}${below.lines.map(({ text, y }) => captionLine(text, y + top + middle, false)).join('')}</svg>`;
	return { svg, width, height };
}

const captionLine = (text: string, y: number, bold: boolean) =>
	`<text${attributes({ x: MARGIN, y, fill: bold ? '#1b1d21' : '#565b64', 'font-family': 'system-ui, sans-serif', 'font-size': bold ? '15px' : '11px', 'font-weight': bold ? '600' : '400' })}>${escaped(text)}</text>`;
