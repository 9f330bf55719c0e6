import { memo, useMemo } from 'react';
import type { ForwardPassResult } from '../../experiment/records/forwardPass';
import type { RunView } from '../../session/client/store/labSnapshot';
import { FigureMenu } from '../shared/figures/FigureMenu';
import { formatProbability } from '../shared/format';
import { nextTokens } from './nextTokens';

interface Props {
	run: RunView;
	result: ForwardPassResult;
	/** The position whose next token is predicted; null = the middle of the text. */
	position: number | null;
	colour: string;
}

/** The likeliest next tokens after the chosen position, original and changed; the token that follows in the text is marked. */
export const NextTokens = memo(function NextTokens({ run, result, position: chosen, colour }: Props) {
	const { baseline, intervened, vocabulary, targets } = result;
	const { tokens, length } = baseline.frame;
	const position = Math.min(chosen ?? length >> 1, length - 1);
	const expected = useMemo(
		() => nextTokens(baseline, intervened, position, vocabulary.length, targets[position]),
		[baseline, intervened, position, vocabulary.length, targets],
	);
	return (
		<table className="next-tokens figure-box">
			<caption>
				Next token after <span className="mono">“{tokens[position]}”</span> (position {position + 1}){' '}
				<FigureMenu
					title={`Next token after “${tokens[position]}” in ${run.name}, position ${position + 1}${intervened ? ', with interventions' : ''}`}
					runs={[run]}
				/>
			</caption>
			<colgroup>
				<col className="token-column" />
			</colgroup>
			<thead className={intervened ? '' : 'hidden'}>
				<tr>
					<th scope="col">token</th>
					<th scope="col">original</th>
					{intervened && <th scope="col">changed</th>}
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
