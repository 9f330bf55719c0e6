import { memo, useMemo } from 'react';
import type { ForwardPassResult } from '../../experiment/records/forwardPass';
import { formatProbability } from '../shared/format';
import { nextTokens } from './nextTokens';

interface Props {
	look: ForwardPassResult;
	/** The position whose next token is expected. */
	position: number;
	colour: string;
}

/** What the model expects after the chosen position, untouched and touched, with the token that really follows marked. */
export const NextTokens = memo(function NextTokens({ look, position, colour }: Props) {
	const { baseline, intervened, vocabulary, targets } = look;
	const { tokens } = baseline.frame;
	const expected = useMemo(
		() => nextTokens(baseline, intervened, position, vocabulary.length, targets[position]),
		[baseline, intervened, position, vocabulary.length, targets],
	);
	return (
		<table className="next-tokens">
			<caption>
				Next token after {position + 1} <span className="mono">{tokens[position]}</span>
			</caption>
			<colgroup>
				<col className="token-column" />
			</colgroup>
			<thead className={intervened ? '' : 'hidden'}>
				<tr>
					<th scope="col">token</th>
					<th scope="col">untouched</th>
					{intervened && <th scope="col">touched</th>}
				</tr>
			</thead>
			<tbody>
				{expected.map(({ token, before, after, follows }) => (
					<tr key={token} className={follows ? 'follows' : ''}>
						<th scope="row" className="mono">
							{vocabulary[token]}
							{follows && (
								<span title="The token that follows in the text">
									<span aria-hidden="true"> ◂</span>
									<span className="hidden">, which follows</span>
								</span>
							)}
						</th>
						<Bar value={before} colour="var(--control-line)" />
						{after !== null && <Bar value={after} colour={colour} />}
					</tr>
				))}
			</tbody>
		</table>
	);
});

function Bar({ value, colour }: { value: number; colour: string }) {
	return (
		<td>
			<span className="bar" style={{ width: `${60 * value}%`, background: colour }} />
			{formatProbability(value)}
		</td>
	);
}
