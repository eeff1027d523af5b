import { styleText } from 'node:util';
import type { Screen } from '../terminal.js';
import { Shown, shownText, type Showable } from './shown.js';

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

/** Gives a text a style where colours are wanted. */
export function styled({ colours }: Pick<Screen, 'colours'>, style: Style, text: Showable): Shown {
  const shown = shownText(text);
  return Shown.own(colours ? styleText(style, shown, { validateStream: false }) : shown);
}
