/** Hands `text` to the browser as a file. */
export function download(name: string, type: string, text: string): void {
	saveFile(name, new Blob([text], { type }));
}

/** Hands bytes to the browser as a file. */
export function downloadBytes(name: string, type: string, bytes: Uint8Array<ArrayBuffer>): void {
	saveFile(name, new Blob([bytes], { type }));
}

/** Hands `content` to the browser as a file. */
export function saveFile(name: string, content: Blob): void {
	const url = URL.createObjectURL(content);
	const link = document.createElement('a');
	link.href = url;
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Rows as CSV (RFC 4180): quoted where a value needs it. */
export function toCsv(rows: readonly Record<string, unknown>[]): string {
	if (rows.length === 0) return '';
	const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
	const cell = (value: unknown) => {
		const text = value === null || value === undefined ? '' : String(value);
		return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
	};
	const lines = [keys, ...rows.map((row) => keys.map((key) => row[key]))];
	return lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}
