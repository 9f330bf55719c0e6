import type { ReactNode } from 'react';

interface Props {
	summary: string;
	/** False: the children are shown as they are. */
	folded: boolean;
	children: ReactNode;
}

/** Details behind a summary where there is little room, such as on a phone. */
export function Folded({ summary, folded, children }: Props) {
	if (!folded) return children;
	return (
		<details className="folded">
			<summary>{summary}</summary>
			{children}
		</details>
	);
}
