import type { VersionId } from '@keyturn/core';

/** A token as long as the service's own, with a name to know it by. */
export function tokenOf(name: string): VersionId {
  return name.padEnd(32, '-');
}
