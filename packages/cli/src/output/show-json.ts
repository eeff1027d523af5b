import { makeJsonVisible } from '@keyturn/core';
import type { Screen } from '../terminal.js';
import { whole } from './lay-out.js';
import { show, Shown } from './shown.js';

/** Prints one JSON document. Maps become objects and sets lists. */
export function showJson(terminal: Screen, value: unknown): void {
  const plain = (_: string, part: unknown): unknown => {
    if (part instanceof Map) return Object.fromEntries(part);
    return part instanceof Set ? [...part] : part;
  };
  const json = makeJsonVisible(JSON.stringify(value, plain, 2));
  terminal.out(show`${whole(Shown.own(json))}\n`);
}
