/**
 * How deep lists and objects are nested in a JSON text, without recursion, so that it can be asked before anything
 * walks through the value. A text that is no JSON has some depth as well, which says nothing.
 */
export function jsonDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}]/gs)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth);
    else if (token === ']' || token === '}') depth--;
  }
  return deepest;
}
