/** A map with a limit: beyond it, what was used longest ago is forgotten. */
export class RecentMap<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly #most: number;

  /** @param most how many entries are kept, at least 1 */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** All that it holds, what was used longest ago first. */
  list(): readonly (readonly [Key, Value])[] {
    return [...this.#entries];
  }

  /** The value of a key, made if there is none; the most recently used one from then on. */
  getOrMake(key: Key, make: () => Value): Value {
    const value = this.#entries.has(key) ? (this.#entries.get(key) as Value) : make();
    // A Map keeps the order in which keys came.
    this.#entries.delete(key);
    this.#entries.set(key, value);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#most) this.#entries.delete(oldest as Key);
    return value;
  }
}
