import type { ReactNode } from 'react';

/** A scrollable table or list of charts. It is focusable, so that the keyboard scrolls it too. */
export function ScrollRegion({ label, className = 'table-scroll', children }: { label: string; className?: string; children: ReactNode }) {
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard can only scroll a region that has the focus
		<section className={className} tabIndex={0} aria-label={label}>
			{children}
		</section>
	);
}
