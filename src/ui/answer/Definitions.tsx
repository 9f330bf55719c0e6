import { memo, useMemo } from 'react';
import { definitionsOf } from '../../experiment/methods/definitions';
import type { Experiment } from '../../experiment/types';

/** The methods in plain words, each with its paper. Renders nothing of the standard transformer alone. */
export const Definitions = memo(function Definitions({ methods }: Pick<Experiment, 'methods'>) {
	const definitions = useMemo(() => definitionsOf({ methods }), [methods]);
	if (definitions.length === 0) return null;
	return (
		<p className="definitions">
			{definitions.map(({ text, address }) => (
				<span key={text}>
					{text}
					{address && (
						<>
							{' '}
							<a href={address} target="_blank" rel="noreferrer" aria-label={`Paper: ${text}`}>
								paper
							</a>
						</>
					)}{' '}
				</span>
			))}
		</p>
	);
});
