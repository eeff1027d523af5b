import { crashAt, failAt, recordCalls, withCallPoints } from '../../src/faults/index.js';
import { createDatabase, createStore, put, secretId, sessionOf } from './fault-fixture.js';

describe('call points', () => {
  it('are around every call of a port and of the sessions it gives, but not around closing', async () => {
    const calls = recordCalls();
    const { database, signIn, changeTo } = createDatabase();
    const admin = withCallPoints(database, calls);
    const session = sessionOf(await signIn(admin));
    await session.describeUser({ user: 'sheep' });
    await session.setPassword(changeTo('Baaaaaa2'));
    await session.close();
    const store = withCallPoints(createStore(), calls);
    await store.describe({ secretId });

    expect(calls.calls.map(({ method }) => method)).toEqual([
      'signIn',
      'describeUser',
      'setPassword',
      'describe',
    ]);
    expect(calls.calls[3]?.request).toEqual({ secretId });
    expect(database.openSessions).toBe(0);
  });

  it('leave what a port is and answers as it is', async () => {
    const { database, signIn } = createDatabase();
    const admin = withCallPoints(database, {});

    expect(admin.profile).toBe(database.profile);
    await expect(signIn(admin)).resolves.toMatchObject({ kind: 'accepted' });
    await expect(put(withCallPoints(createStore(), {}), 'two')).resolves.toBe('stored');
  });

  it('show a hook how the call ended, and the caller its error', async () => {
    const outcomes: unknown[] = [];
    const store = withCallPoints(createStore(), {
      after: ({ method }, outcome) => void outcomes.push([method, outcome.kind]),
    });
    await store.describe({ secretId });
    await expect(store.describe({ secretId: 'unknown' })).rejects.toMatchObject({
      code: 'KEYTURN_STORE_NOT_FOUND',
    });

    expect(outcomes).toEqual([
      ['describe', 'returned'],
      ['describe', 'threw'],
    ]);
  });

  it('are nested, the outermost first and last', async () => {
    const order: string[] = [];
    const hook = (name: string) => ({
      before: () => void order.push(`before ${name}`),
      after: () => void order.push(`after ${name}`),
    });
    const inner = withCallPoints(createStore(), hook('inner'));
    await withCallPoints(inner, hook('outer')).describe({ secretId });

    expect(order).toEqual(['before outer', 'before inner', 'after inner', 'after outer']);
  });
});

describe('a fault', () => {
  it('before a call keeps it from being made', async () => {
    const raw = createStore();
    const fault = failAt({ call: 2, when: 'before' });
    const store = withCallPoints(raw, fault);
    await store.describe({ secretId });

    await expect(put(store, 'two')).rejects.toMatchObject({
      code: 'KEYTURN_STORE_UNAVAILABLE',
      retryable: true,
    });
    expect(raw.text(secretId, 'v2')).toBeUndefined();
    expect(fault.struck?.method).toBe('putPending');
  });

  it('after a call lets it be made, and strikes once', async () => {
    const raw = createStore();
    const store = withCallPoints(raw, failAt({ call: 1, when: 'after' }));

    await expect(put(store, 'two')).rejects.toMatchObject({ code: 'KEYTURN_STORE_UNAVAILABLE' });
    expect(raw.text(secretId, 'v2')).toBe('two');
    await expect(put(store, 'two')).resolves.toBe('stored');
  });

  it('beyond the last call does not strike', async () => {
    const fault = failAt({ call: 2, when: 'before' });
    await withCallPoints(createStore(), fault).describe({ secretId });

    expect(fault.struck).toBeUndefined();
  });

  it('throws the error it is given', async () => {
    const error = new RangeError('mine');
    const store = withCallPoints(createStore(), failAt({ call: 1, when: 'before', error }));

    await expect(store.describe({ secretId })).rejects.toBe(error);
  });

  it('after a sign-in closes the session that nobody knows of', async () => {
    const { database, signIn } = createDatabase();
    const admin = withCallPoints(database, failAt({ call: 1, when: 'after' }));

    await expect(signIn(admin)).rejects.toMatchObject({ code: 'KEYTURN_DATABASE_UNREACHABLE' });
    expect(database.openSessions).toBe(0);
  });

  it('that loses a connection ends its session, and no other', async () => {
    const { database, signIn, changeTo, has } = createDatabase();
    const admin = withCallPoints(database, failAt({ call: 3, when: 'after' }));
    const session = sessionOf(await signIn(admin));
    const other = sessionOf(await signIn(admin));
    const lost = { code: 'KEYTURN_DATABASE_CONNECTION_LOST' };

    await expect(session.setPassword(changeTo('Baaaaaa2'))).rejects.toMatchObject(lost);
    await expect(session.setPassword(changeTo('Baaaaaa3'))).rejects.toMatchObject(lost);
    expect(has('Baaaaaa2')).toBe(true);
    await other.setPassword(changeTo('Baaaaaa4'));
    expect(has('Baaaaaa4')).toBe(true);
    await session.close();
    await other.close();
    expect(database.openSessions).toBe(0);
  });
});

describe('a crash', () => {
  it.each([
    ['before', undefined],
    ['after', 'two'],
  ] as const)('%s a call lets no later one be made, on any port', async (when, stored) => {
    const raw = createStore();
    const { database, signIn } = createDatabase();
    const crash = crashAt({ call: 1, when });
    const store = withCallPoints(raw, crash);

    await expect(put(store, 'two')).rejects.toMatchObject({ name: 'Crash' });
    expect(raw.text(secretId, 'v2')).toBe(stored);
    await expect(put(store, 'three', 'v3')).rejects.toMatchObject({ name: 'Crash' });
    expect(raw.labels(secretId)).toEqual({ v1: ['AWSCURRENT'], v2: ['AWSPENDING'] });
    await expect(signIn(withCallPoints(database, crash))).rejects.toMatchObject({ name: 'Crash' });
    expect(database.signIns).toEqual([]);
  });

  it('leaves calls that are under way without an answer', async () => {
    const store = withCallPoints(createStore(), crashAt({ call: 2, when: 'before' }));
    const outcomes = await Promise.allSettled([
      store.describe({ secretId }),
      store.describe({ secretId }),
    ]);

    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
