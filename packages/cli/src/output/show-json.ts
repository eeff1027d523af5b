import type { Terminal } from '../terminal.js';

/** Prints one JSON document. Maps become objects and sets lists. */
export function showJson(terminal: Terminal, value: unknown): void {
  const plain = (_: string, part: unknown): unknown => {
    if (part instanceof Map) return Object.fromEntries(part);
    return part instanceof Set ? [...part] : part;
  };
  terminal.out(`${JSON.stringify(value, plain, 2)}\n`);
}
