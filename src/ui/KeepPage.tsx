import { Component, Fragment, type ReactNode } from 'react';

/** A second error this soon after the page was built again is no accident, ms. */
const SOON = 2000;

interface State {
	/** Times the page was built. */
	builds: number;
	error: Error | null;
}

/**
 * Builds the page again if React fails to draw it, for example because a translator or an extension has moved its nodes. Worker, runs
 * and curves are outside, and are kept.
 */
export class KeepPage extends Component<{ children: ReactNode }, State> {
	override state: State = { builds: 0, error: null };
	private builtAt = Number.NEGATIVE_INFINITY;

	static getDerivedStateFromError = (error: Error): Partial<State> => ({ error });

	override componentDidCatch(): void {
		if (performance.now() - this.builtAt > SOON) this.build();
	}

	override render(): ReactNode {
		const { builds, error } = this.state;
		if (!error) return <Fragment key={builds}>{this.props.children}</Fragment>;
		return (
			<section className="no-webgpu" role="alert">
				<h1>The page could not be drawn</h1>
				<p>{error.message}</p>
				<p>The training continues, and its curves are kept. A translator or an extension that changes the page may be the cause.</p>
				<button type="button" onClick={() => this.build()}>
					Show the page again
				</button>
			</section>
		);
	}

	private build(): void {
		this.builtAt = performance.now();
		this.setState(({ builds }) => ({ builds: builds + 1, error: null }));
	}
}
