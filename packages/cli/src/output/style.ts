import { styleText } from 'node:util';
import type { Terminal } from '../terminal.js';

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

/** Gives a text a style where colours are wanted. */
export function styled({ colours }: Terminal, style: Style, text: string): string {
  return colours ? styleText(style, text, { validateStream: false }) : text;
}
