import { memo } from 'react';
import type { RunInfo } from '../../experiment/records/run';
import type { GeneratedText } from '../../session/client/generation/generationStore';
import { formatCount, plural } from '../shared/format';
import { groupStyle } from '../theme/methodStyle';
import { Swatch } from '../theme/Swatch';

interface Props {
	info: RunInfo;
	diverged: boolean;
	written: GeneratedText | null;
	/** Place in the queue: 0 is writing, −1 = not in the queue. */
	place: number;
	checked: boolean;
	onToggle(group: string): void;
}

/** One group's text under its name, with the size of its KV cache per token. */
export const TextColumn = memo(function TextColumn({ info, diverged, written, place, checked, onToggle }: Props) {
	return (
		<section className="text-column" aria-label={`Text of ${info.label}`}>
			<label className="method">
				<input type="checkbox" checked={checked} onChange={() => onToggle(info.group)} />
				<Swatch style={groupStyle(info)} />
				<span className="ellipsis">{info.label}</span>
			</label>
			<p className="label">
				KV cache {formatCount(info.kvCacheBytesPerToken)} bytes per token
				{stateText(written, place, diverged) && ` · ${stateText(written, place, diverged)}`}
			</p>
			{written && (
				// biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must take the focus, or the keyboard can't reach its end
				<p className="written mono" tabIndex={0} aria-busy={written.state === 'writing'}>
					<span className="muted">{written.prompt}</span>
					{written.prompt === '' ? written.text.replace(/^ /, '') : written.text}
				</p>
			)}
		</section>
	);
});

function stateText(written: GeneratedText | null, place: number, diverged: boolean): string {
	if (place > 0) return 'waiting';
	if (place === 0 && written?.state !== 'writing') return 'reading the prompt';
	if (!written) return diverged ? 'its loss became NaN' : '';
	const at = `at step ${formatCount(written.step)}`;
	if (written.state === 'writing') return `${formatCount(written.tokens)} of ${plural(written.wanted, 'token')}, ${at}`;
	return `${plural(written.tokens, 'token')}${written.state === 'stopped' ? ', stopped' : ''}, ${at}`;
}
