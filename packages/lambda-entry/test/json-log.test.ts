import type { RotationEvent } from '@keyturn/core';
import { jsonLog } from '../src/index.js';

const place = {
  secretId: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:orders-AbCdEf',
  versionId: 'a1b2c3d4-0000-4000-8000-000000000000',
  step: 'setSecret',
  at: Date.UTC(2026, 10, 23, 12, 0, 0, 5),
} as const;

function linesOf(...events: readonly RotationEvent[]): string[] {
  const lines: string[] = [];
  const observer = jsonLog((line) => lines.push(line));
  for (const event of events) observer.notify(event);
  return lines;
}

it('writes an event as one line of JSON with its time in ISO form', () => {
  const [line = ''] = linesOf({ ...place, name: 'password.changed', user: 'line\nbreak "é"' });

  expect(line).not.toContain('\n');
  expect(JSON.parse(line)).toEqual({
    timestamp: '2026-11-23T12:00:00.005Z',
    level: 'INFO',
    event: 'password.changed',
    secretId: place.secretId,
    versionId: place.versionId,
    step: 'setSecret',
    user: 'line\nbreak "é"',
  });
});

const EXTRA = {
  name: 'permissions.extra',
  reason: 'policy',
  permissions: [],
  revoke: [],
  note: 'revoke',
} as const;

const LOCKED = { code: 'KEYTURN_PERMISSIONS_INCOMPLETE', reason: 'locked' } as const;

it('marks what somebody has to look into as a warning', () => {
  const news = { user: 'sheep', database: 'dev' };
  const lines = linesOf(
    { ...place, ...news, name: 'permissions.owned', objects: [] },
    { ...place, ...news, ...EXTRA },
    { ...place, ...news, name: 'permissions.notCompared', ...LOCKED },
    { ...place, ...news, name: 'permissions.granted', permissions: [] },
  );

  expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual([
    'WARN',
    'WARN',
    'WARN',
    'INFO',
  ]);
});

it('marks a failure as an error, and nothing else', () => {
  const failed = { code: 'KEYTURN_OUT_OF_TIME', message: 'late', retryable: true, durationMs: 7 };
  const lines = linesOf(
    { ...place, name: 'rotation.started' },
    { ...place, name: 'rotation.failed', ...failed } as RotationEvent,
    { ...place, name: 'rotation.healed', code: 'gave-way', how: 'somehow' },
  );

  expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual([
    'INFO',
    'ERROR',
    'INFO',
  ]);
  expect(JSON.parse(lines[1] ?? '')).toMatchObject({ event: 'rotation.failed', ...failed });
});

it('writes to standard output by default', () => {
  const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    jsonLog().notify({ ...place, name: 'rotation.succeeded' });
    expect(log).toHaveBeenCalledWith(expect.stringContaining('"event":"rotation.succeeded"'));
  } finally {
    log.mockRestore();
  }
});
