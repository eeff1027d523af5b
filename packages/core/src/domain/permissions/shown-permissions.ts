import type { Permission } from './permission.js';

/** How many permissions one event tells at most. */
export const MOST_SHOWN = 100;
/** How long they may be together, as JSON; names are up to others, and columns come in lists. */
const MOST_SHOWN_LENGTH = 16_000;

/**
 * How many of these fit into one event: at least one, at most {@link MOST_SHOWN}, and fewer where names are long. What
 * is told is never cut in the middle.
 */
export function fitting<T>(
  items: readonly T[],
  permissionOf: (item: T) => Permission,
): readonly T[] {
  let length = 0;
  const most = items.slice(0, MOST_SHOWN).findIndex((item) => {
    length += JSON.stringify(permissionOf(item)).length;
    return length > MOST_SHOWN_LENGTH;
  });
  return items.slice(0, most === -1 ? MOST_SHOWN : Math.max(1, most));
}

/** All of them, in pieces that each fit into one event. */
export function inFittingPieces<T>(
  items: readonly T[],
  permissionOf: (item: T) => Permission,
): readonly (readonly T[])[] {
  const pieces: (readonly T[])[] = [];
  for (let done = 0; done < items.length; done += pieces.at(-1)?.length ?? 1) {
    pieces.push(fitting(items.slice(done), permissionOf));
  }
  return pieces;
}
