import type { RotationEvent, RotationObserver } from '@keyturn/core';

/** Somebody has to look into these, although the rotation went on. */
const WARNINGS: ReadonlySet<RotationEvent['name']> = new Set([
  'permissions.extra',
  'permissions.owned',
  'permissions.notChecked',
]);

/**
 * Writes every event as one JSON line, so that a log query can select by `event`, `code` or `secretId`.
 * @param write takes one line without its end. Default: standard output.
 */
export function jsonLog(write: (line: string) => void = console.log): RotationObserver {
  return {
    notify({ name, at, ...detail }: RotationEvent) {
      const level = name === 'rotation.failed' ? 'ERROR' : WARNINGS.has(name) ? 'WARN' : 'INFO';
      write(
        JSON.stringify({ timestamp: new Date(at).toISOString(), level, event: name, ...detail }),
      );
    },
  };
}
