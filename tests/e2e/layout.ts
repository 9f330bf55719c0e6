/** Faults of a page's layout, as sentences. Runs in the page, so it may use nothing from outside its body. */
export function layoutFindings(): string[] {
	const findings: string[] = [];
	const seen = (element: Element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
	const named = (text: string | null) => `“${(text ?? '').trim().slice(0, 40)}”`;

	const over = document.documentElement.scrollWidth - innerWidth;
	if (over > 0) findings.push(`the page is ${over} px wider than the window`);

	const loud = document.querySelector('.transport .loud');
	const place = loud?.getBoundingClientRect();
	// The gallery trains nothing.
	if (
		!document.querySelector('.gallery') &&
		(!place || place.top < 0 || place.bottom > innerHeight || place.left < 0 || place.right > innerWidth)
	)
		findings.push('the Train button is not in view');

	for (const button of document.querySelectorAll<HTMLElement>('button'))
		if (seen(button) && button.scrollWidth > button.clientWidth + 1 && !button.matches('.ellipsis, :has(.ellipsis)'))
			findings.push(`the words of the button ${named(button.textContent)} don't fit`);

	for (const region of document.querySelectorAll('.table-scroll')) {
		const row = region.querySelector('tbody tr');
		if (row && seen(row) && region.clientHeight < 1.5 * row.clientHeight)
			findings.push(`the table ${named(region.getAttribute('aria-label'))} has no room for a row`);
	}

	interface Frame {
		cut: DOMRect | null;
		/** Its clipped content can be scrolled to, or ends in an ellipsis. */
		reachable: boolean;
		fixed: boolean;
	}
	const frames = new Map<Element, Frame>();
	const frameOf = (box: Element): Frame => {
		const { overflowX, overflowY, position, textOverflow } = getComputedStyle(box);
		const cuts = overflowX !== 'visible' || overflowY !== 'visible';
		const reachable = textOverflow === 'ellipsis' || overflowX === 'auto' || overflowX === 'scroll';
		const frame = { cut: cuts ? box.getBoundingClientRect() : null, reachable, fixed: position === 'fixed' };
		frames.set(box, frame);
		return frame;
	};
	// Where a text is drawn, after everything around it has cut its part.
	const drawn = (element: Element, rect: DOMRect) => {
		let { left, right, top, bottom } = rect;
		let lost = false;
		for (let box: Element | null = element; box && box !== document.body; box = box.parentElement) {
			const { cut, reachable, fixed } = frames.get(box) ?? frameOf(box);
			if (cut) {
				lost ||= !reachable && (left < cut.left - 2 || right > cut.right + 2) && top < cut.bottom && bottom > cut.top;
				left = Math.max(left, cut.left);
				right = Math.min(right, cut.right);
				top = Math.max(top, cut.top);
				bottom = Math.min(bottom, cut.bottom);
			}
			if (fixed) break;
		}
		return { left, right, top, bottom, lost };
	};
	const layer = document.querySelector('dialog[open]') ?? document.body;
	const texts: { element: Element; words: string; left: number; right: number; top: number; bottom: number }[] = [];
	const walker = document.createTreeWalker(layer, NodeFilter.SHOW_TEXT);
	for (let node = walker.nextNode(); node; node = walker.nextNode()) {
		const element = node.parentElement;
		if (!element || !node.textContent?.trim() || element.closest('.hidden, option, title, style') || !seen(element)) continue;
		const range = document.createRange();
		range.selectNodeContents(node);
		for (const rect of range.getClientRects()) {
			const { lost, ...box } = drawn(element, rect);
			if (lost && rect.width > 1) findings.push(`${named(node.textContent)} is cut off`);
			if (box.right - box.left > 1 && box.bottom - box.top > 1) texts.push({ element, words: node.textContent, ...box });
		}
	}
	// Fixed and sticky elements, and the values over a chart, cover others on purpose.
	const planes = new Map<Element, Element | null>();
	const plane = (element: Element): Element | null => {
		const known = planes.get(element);
		if (known !== undefined) return known;
		const own = element.matches('.rail, .reading, .share-details') || ['fixed', 'sticky'].includes(getComputedStyle(element).position);
		const found = own ? element : element.parentElement ? plane(element.parentElement) : null;
		planes.set(element, found);
		return found;
	};
	for (let i = 0; i < texts.length; i++) {
		for (let j = i + 1; j < texts.length; j++) {
			const [a, b] = [texts[i], texts[j]];
			if (a.element === b.element || plane(a.element) !== plane(b.element)) continue;
			const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
			const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
			if (x > 2 && y > 4) findings.push(`${named(a.words)} and ${named(b.words)} overlap by ${x.toFixed(0)} × ${y.toFixed(0)} px`);
		}
	}
	return findings;
}
