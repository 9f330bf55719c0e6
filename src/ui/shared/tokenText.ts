/** `“e” (12)`: a token and its position, counted from 1. */
export const tokenText = (tokens: readonly string[], position: number): string => `“${tokens[position] ?? '–'}” (${position + 1})`;
