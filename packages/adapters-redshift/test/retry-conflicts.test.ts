import { DatabaseError, type Clock } from '@keyturn/core';
import { statementError } from '../src/errors/statement-error.js';
import { retryConflicts } from '../src/retry-conflicts.js';

function clockOf(random: number) {
  const waits: number[] = [];
  const clock: Clock = {
    now: () => 0,
    random: () => random,
    after: () => () => undefined,
    sleep(milliseconds) {
      waits.push(milliseconds);
      return Promise.resolve();
    },
  };
  return { clock, waits };
}

function failure(code: string, message: string, sql = 'ALTER USER x') {
  const error = Object.assign(new Error(message), { code });
  return statementError({ error, sql, timedOut: false, redact: (text) => text });
}

/** Fails with each error in turn, then succeeds. */
function failing(...errors: Error[]) {
  let calls = 0;
  return {
    calls: () => calls,
    work: () => {
      const error = errors[calls++];
      return error === undefined ? Promise.resolve('done') : Promise.reject(error);
    },
  };
}

const PASSING: readonly (readonly [string, string])[] = [
  ['XX000', '1023'],
  ['XX000', 'ERROR: 1023 DETAIL: Serializable isolation violation on table'],
  ['XX000', 'conflict with concurrent transaction'],
  ['XX000', 'tuple concurrently updated'],
  ['XX000', 'tuple concurrently deleted'],
  ['40001', 'could not serialize access'],
  ['40P01', 'deadlock detected'],
  ['23505', 'duplicate key value violates unique constraint "pg_default_acl_role_nsp_obj_index"'],
];

describe('a conflict in the catalogs', () => {
  it.each(PASSING)('%s "%s" is tried again', async (code, message) => {
    const { clock } = clockOf(0.5);
    const { work, calls } = failing(failure(code, message), failure(code, message));

    await expect(retryConflicts(clock, work)).resolves.toBe('done');
    expect(calls()).toBe(3);
  });

  it('is thrown in the end: the last error, after waits that grow', async () => {
    const { clock, waits } = clockOf(1);
    const errors = Array.from({ length: 7 }, (_, i) => failure('40P01', `deadlock ${i}`));
    const { work } = failing(...errors);

    await expect(retryConflicts(clock, work)).rejects.toBe(errors[5]);
    expect(waits).toEqual([50, 100, 200, 400, 800]);
  });

  it('that needs a fresh look is thrown at once', async () => {
    for (const error of [
      failure('42710', 'role "x" already exists', 'CREATE USER x'),
      failure('23505', 'duplicate key value violates "pg_authid_rolname_index"', 'CREATE USER x'),
    ]) {
      const { work, calls } = failing(error);
      await expect(retryConflicts(clockOf(1).clock, work)).rejects.toBe(error);
      expect(error).toMatchObject({ code: 'KEYTURN_DATABASE_CONFLICT', retryable: true });
      expect(calls()).toBe(1);
    }
  });
});

it.each([
  failure('XX000', 'some other internal error'),
  failure('23505', 'duplicate key value violates unique constraint "orders_pkey"'),
  new DatabaseError({ code: 'KEYTURN_DATABASE_TIMEOUT', message: 'late', retryable: true }),
  new TypeError('a mistake'),
])('what is no conflict is never tried again: $message', async (error) => {
  const { clock, waits } = clockOf(1);
  const { work } = failing(error);

  await expect(retryConflicts(clock, work)).rejects.toBe(error);
  expect(waits).toEqual([]);
});
