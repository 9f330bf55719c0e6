// @vitest-environment happy-dom
import { act, cleanup, render, screen } from '@testing-library/react';
import { Component, type ReactNode } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { lazyDialog } from '../../src/ui/shared/dialogScripts';

const Help = () => <p>keys</p>;

class Boundary extends Component<{ children: ReactNode }, { message: string }> {
	override state = { message: '' };
	static getDerivedStateFromError = ({ message }: Error) => ({ message });
	override render = () => this.state.message || this.props.children;
}

afterEach(() => {
	cleanup();
	vi.restoreAllMocks();
});

describe('a dialog whose script loads later', () => {
	it('is shown once the script is there, and after that at once', async () => {
		let arrive = () => {};
		const load = vi.fn(
			() =>
				new Promise<{ default: typeof Help }>((resolve) => {
					arrive = () => resolve({ default: Help });
				}),
		);
		const Dialog = lazyDialog(load);
		const { unmount } = render(<Dialog />);
		expect(screen.queryByText('keys')).toBeNull();
		await act(async () => arrive());
		expect(screen.queryByText('keys')).not.toBeNull();
		unmount();
		render(<Dialog />);
		expect(screen.queryByText('keys')).not.toBeNull();
		expect(load).toHaveBeenCalledTimes(1);
	});

	it('whose script fails to load is an error of the page, and the next try loads it again', async () => {
		vi.spyOn(console, 'error').mockImplementation(() => {});
		let offline = true;
		const Dialog = lazyDialog(async () => {
			if (offline) throw new Error('no network');
			return { default: Help };
		});
		const dialog = (
			<Boundary>
				<Dialog />
			</Boundary>
		);
		const { unmount } = render(dialog);
		await act(async () => {});
		expect(screen.queryByText('no network')).not.toBeNull();
		unmount();
		offline = false;
		render(dialog);
		await act(async () => {});
		expect(screen.queryByText('keys')).not.toBeNull();
	});
});
