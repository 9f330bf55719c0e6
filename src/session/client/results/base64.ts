/** Bytes as text that JSON holds. */

/** `String.fromCharCode` takes its bytes as arguments, and engines limit their number. */
const CHUNK = 0x8000;

export function base64Of(bytes: Uint8Array): string {
	let text = '';
	for (let i = 0; i < bytes.length; i += CHUNK) text += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
	return btoa(text);
}

/** @throws DOMException if the text is not base64 */
export function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> {
	return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
