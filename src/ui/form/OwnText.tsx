import { useState } from 'react';
import { FIELDS } from '../../experiment/fields';
import { characterCount, MAX_LINK_TEXT, MAX_TEXT, readTextFile } from '../../experiment/ownText';
import { FileDrop } from '../shared/FileDrop';
import { formatCount, plural } from '../shared/format';
import type { ExperimentForm } from './useExperiment';

/** Only the beginning of a longer text is shown, because a text area with a whole book in it is slow. */
const EDITABLE = 20_000;

/** The user's own text: typed, pasted, dropped or chosen. If a file is refused, the reason appears here and the text before it stays. */
export function OwnText({ form }: { form: ExperimentForm }) {
	const text = form.draft.picks.text;
	const error = form.draft.errors.text;
	const [refused, setRefused] = useState('');
	const length = characterCount(text);
	const whole = text.length <= EDITABLE;
	const change = (next: string) => {
		setRefused('');
		form.pick('text', next);
	};
	const open = async ([file, ...others]: File[]) => {
		if (others.length > 0) return setRefused('One file at a time.');
		if (file.size > 4 * MAX_TEXT + 3)
			return setRefused(
				`${file.name} has ${formatCount(file.size)} bytes: too long; it may have at most ${formatCount(MAX_TEXT)} characters.`,
			);
		try {
			const read = readTextFile(new Uint8Array(await file.arrayBuffer()), file.name);
			if (read.ok) change(read.text);
			else setRefused(`${read.message}.`);
		} catch {
			setRefused(`${file.name} can’t be read.`);
		}
	};
	const described = ['own-text-count', error && 'error-text', refused && 'own-text-refused'].filter(Boolean).join(' ');
	return (
		<div className="own-text">
			<label htmlFor="field-text">{FIELDS.text.label}</label>
			<textarea
				id="field-text"
				rows={4}
				spellCheck={false}
				placeholder="Paste a text here"
				value={whole ? text : text.slice(0, 2000)}
				readOnly={!whole}
				aria-invalid={error ? true : undefined}
				aria-describedby={described}
				onChange={(event) => change(event.target.value)}
			/>
			<div className="row">
				<span id="own-text-count" className="label">
					{plural(length, 'character')}
					{whole ? '' : ', only the beginning is shown'}
					{length > MAX_LINK_TEXT ? ', too long for a link' : ''}
				</span>
				{text !== '' && (
					<button type="button" className="quiet download" onClick={() => change('')}>
						Clear the text
					</button>
				)}
			</div>
			{error && (
				<p id="error-text" className="error" role="alert">
					{error}
				</p>
			)}
			<FileDrop label="Choose a file" accept=".txt,.md,text/*" describedBy="own-text-help" onFiles={open}>
				<p id="own-text-help" className="label">
					Or drop a file: plain text in UTF-8, up to {formatCount(MAX_TEXT)} characters. {FIELDS.text.help}
				</p>
			</FileDrop>
			{refused && (
				<p id="own-text-refused" className="error" role="alert">
					{refused}
				</p>
			)}
		</div>
	);
}
