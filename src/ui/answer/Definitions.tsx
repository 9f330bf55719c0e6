import { memo, useMemo } from 'react';
import { definitionsOf } from '../../experiment/methods/definitions';
import { taskDescriptor } from '../../experiment/tasks';
import type { Experiment } from '../../experiment/types';

/** The task and the methods in plain words, each method with its paper. Renders nothing of text and the standard transformer alone. */
export const Definitions = memo(function Definitions({ task, methods }: Pick<Experiment, 'task' | 'methods'>) {
	const definitions = useMemo(() => definitionsOf({ methods }), [methods]);
	const { plain } = taskDescriptor(task);
	if (definitions.length === 0 && !plain) return null;
	return (
		<p className="definitions">
			{plain && <span>{plain} </span>}
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
