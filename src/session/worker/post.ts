import type { Event } from '../client/protocol';

/** Sends an event to the page; the buffers in `transfer` move there without a copy. */
export type Post = (event: Event, transfer?: ArrayBuffer[]) => void;

/** The error's message, for the user. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
