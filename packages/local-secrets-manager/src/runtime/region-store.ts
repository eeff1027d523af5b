import type { SecretReader } from '../model/operation.js';
import type { Secret } from '../model/secret.js';

/** The secrets of one region, by name. Secrets are values: a write puts a new one in the place of the old. */
export interface RegionStore extends SecretReader {
  put(secret: Secret, now: number): void;
  remove(name: string, now: number): void;
  /** The secrets as they were some milliseconds ago, for reads that lag behind writes. */
  asOf(instant: number): SecretReader;
  /** Whether there is nothing in it, not even for reads that lag behind. */
  isVoid(now: number): boolean;
}

interface Replaced {
  /** When `secret` stopped being what the store holds. */
  readonly until: number;
  readonly secret: Secret | undefined;
}

/** @param historyMs how far back `asOf` can look; 0 keeps no history. */
export function createRegionStore(historyMs: () => number): RegionStore {
  const secrets = new Map<string, Secret>();
  const replaced = new Map<string, Replaced[]>();

  /** Drops what no read can see any more, whatever its name: most names are never written again. */
  const forget = (now: number) => {
    for (const [name, all] of replaced) {
      const kept = all.filter(({ until }) => until > now - historyMs());
      if (kept.length === 0) replaced.delete(name);
      else if (kept.length < all.length) replaced.set(name, kept);
    }
  };
  const remember = (name: string, now: number) => {
    forget(now);
    if (historyMs() <= 0) return;
    const kept = replaced.get(name) ?? [];
    replaced.set(name, [...kept, { until: now, secret: secrets.get(name) }]);
  };
  const reader: SecretReader = {
    get: (name) => secrets.get(name),
    all: () => secrets.values(),
    get size() {
      return secrets.size;
    },
  };
  const before = (name: string, instant: number): Secret | undefined => {
    const then = replaced.get(name)?.find(({ until }) => until > instant);
    return then ? then.secret : secrets.get(name);
  };

  return {
    get: reader.get,
    all: reader.all,
    get size() {
      return secrets.size;
    },
    put(secret, now) {
      remember(secret.name, now);
      secrets.set(secret.name, secret);
    },
    remove(name, now) {
      remember(name, now);
      secrets.delete(name);
    },
    isVoid(now) {
      forget(now);
      return secrets.size === 0 && replaced.size === 0;
    },
    asOf(instant) {
      if (replaced.size === 0) return reader;
      const names = new Set([...secrets.keys(), ...replaced.keys()]);
      const then = [...names].map((name) => before(name, instant)).filter((s) => s !== undefined);
      return { get: (name) => before(name, instant), all: () => then, size: then.length };
    },
  };
}
