/** Runs several sources at a time and gives their results as they come. */
export async function* sideBySide<T>(
  sources: readonly AsyncIterable<T>[],
  atOnce: number,
): AsyncGenerator<T> {
  const waiting = sources.map((source) => source[Symbol.asyncIterator]());
  const next = async (source: AsyncIterator<T>) => ({ source, result: await source.next() });
  const running = new Map<AsyncIterator<T>, ReturnType<typeof next>>();
  for (;;) {
    while (running.size < atOnce) {
      const source = waiting.shift();
      if (source === undefined) break;
      running.set(source, next(source));
    }
    if (running.size === 0) return;
    const { source, result } = await Promise.race(running.values());
    if (result.done === true) running.delete(source);
    else {
      running.set(source, next(source));
      yield result.value;
    }
  }
}
