/** A pause that can be ended early. */
export interface Pause {
	over: Promise<void>;
	end(): void;
}

export function pauseFor(milliseconds: number): Pause {
	let end = (): void => {};
	const over = new Promise<void>((resolve) => {
		const timer = setTimeout(resolve, milliseconds);
		end = () => {
			clearTimeout(timer);
			resolve();
		};
	});
	return { over, end };
}
