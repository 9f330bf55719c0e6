/** A value from outside as it appears in a message: JSON, shortened to 60 characters. */
export function excerpt(value: unknown): string {
	let text: string;
	try {
		text = JSON.stringify(value) ?? String(value);
	} catch {
		// A bigint, a cycle, or lists too deep.
		text = typeof value;
	}
	return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
