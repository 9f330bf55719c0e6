/** Downloads a text. */
export function download(name: string, type: string, text: string): void {
	saveFile(name, new Blob([text], { type }));
}

/** Downloads bytes. */
export function downloadBytes(name: string, type: string, bytes: Uint8Array<ArrayBuffer>): void {
	saveFile(name, new Blob([bytes], { type }));
}

/** Downloads `content`. */
export function saveFile(name: string, content: Blob): void {
	const url = URL.createObjectURL(content);
	const link = document.createElement('a');
	link.href = url;
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
