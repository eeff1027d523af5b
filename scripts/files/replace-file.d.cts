/** Puts a new file in the place of whatever has its name, and writes through no link. */
export function replaceFile(file: string, text: string | Uint8Array): void;
