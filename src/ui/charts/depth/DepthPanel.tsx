import { lazy, memo, Suspense, useState } from 'react';
import type { DepthProps } from './DepthViews';

const DepthViews = lazy(() => import('./DepthViews'));

/** Pictures of all layers at once, which are loaded when the panel is unfolded. Renders nothing without runs. */
export const DepthPanel = memo(function DepthPanel(props: DepthProps) {
	const [open, setOpen] = useState(false);
	if (props.runs.length === 0) return null;
	return (
		<details className="panel depth" onToggle={(event) => setOpen(event.currentTarget.open)}>
			<summary>
				<h2>All layers at once</h2>
				<span className="label">importance, norms and λ by layer, position and step</span>
			</summary>
			{open && (
				<Suspense fallback={null}>
					<DepthViews {...props} />
				</Suspense>
			)}
		</details>
	);
});
