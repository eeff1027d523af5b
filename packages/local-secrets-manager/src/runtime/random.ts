import { createHash, randomInt, randomUUID } from 'node:crypto';
import type { RandomSource } from '../model/operation.js';

export const systemRandom = (): RandomSource => ({
  below: (below) => randomInt(below),
  uuid: () => randomUUID(),
});

/** The same numbers and ids for the same seed: SHA-256 of the seed and a counter, for tests only. */
export function seededRandom(seed: string): RandomSource {
  let counter = 0;
  const nextBytes = () => createHash('sha256').update(`${seed}:${counter++}`).digest();
  return {
    below: (below) => Number(nextBytes().readBigUInt64BE() % BigInt(below)),
    uuid: () => {
      const bytes = nextBytes();
      bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
      bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
      const hex = bytes.toString('hex');
      return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        hex.slice(12, 16),
        hex.slice(16, 20),
        hex.slice(20, 32),
      ].join('-');
    },
  };
}
