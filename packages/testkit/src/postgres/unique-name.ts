import { randomBytes } from 'node:crypto';

/**
 * A name nobody else uses: roles belong to the whole server, which all tests of a run share.
 * Lower case, 11 bytes longer than the prefix; `_clone` still fits behind prefixes of up to 46 bytes.
 */
export function uniqueName(prefix: string): string {
  return `${prefix}_${randomBytes(5).toString('hex')}`;
}
