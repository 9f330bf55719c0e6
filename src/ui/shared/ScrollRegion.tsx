import type { ReactNode } from 'react';

/** A region that scrolls by keyboard too, for a table or a list of charts that may not fit. */
export function ScrollRegion({ label, className = 'table-scroll', children }: { label: string; className?: string; children: ReactNode }) {
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the focus, or the keyboard can't reach its end
		<section className={className} tabIndex={0} aria-label={label}>
			{children}
		</section>
	);
}
