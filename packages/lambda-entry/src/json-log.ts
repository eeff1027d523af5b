import { makeJsonVisible, type RotationEvent, type RotationObserver } from '@keyturn/core';
import { boundEvent } from '@keyturn/core/adapter';

/** Somebody has to look into these, although the rotation went on. */
const WARNINGS: ReadonlySet<RotationEvent['name']> = new Set([
  'permissions.extra',
  'permissions.owned',
  'permissions.notChecked',
  'permissions.notCompared',
  'permissions.notGranted',
  'setting.ignored',
]);

/**
 * Writes every event as one JSON line, so that a log query can select by `event`, `code` or `secretId`. No line is
 * longer than a log takes.
 * @param write takes one line without its end. Default: standard output.
 */
export function jsonLog(write: (line: string) => void = console.log): RotationObserver {
  return {
    notify(event: RotationEvent) {
      const { name, at, ...detail } = boundEvent(event);
      const level = name === 'rotation.failed' ? 'ERROR' : WARNINGS.has(name) ? 'WARN' : 'INFO';
      const line = { timestamp: new Date(at).toISOString(), level, event: name, ...detail };
      // A log is read on terminals, too.
      write(makeJsonVisible(JSON.stringify(line)));
    },
  };
}
