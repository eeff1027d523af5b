import { createCredentialSource, type CredentialEvent } from '@keyturn/client';
import { KeyturnError } from '@keyturn/core';
import { inspect } from 'node:util';
import { FakeServer, refusal } from '../support/fake-server.js';
import { RotatingSecret, value } from '../support/rotating-secret.js';
import { VirtualClock } from '../support/virtual-clock.js';

function setUp(options: Partial<Parameters<typeof createCredentialSource>[0]> = {}) {
  const clock = new VirtualClock();
  const server = new FakeServer(clock);
  const secret = new RotatingSecret(clock, server, options.rotation ?? 'alternating-users');
  const events: CredentialEvent[] = [];
  const source = createCredentialSource({
    secretId: secret.secretId,
    reader: secret.reader(),
    clock,
    onEvent: (event) => events.push(event),
    ...options,
  });
  const signIn = () => source.signIn(server.signIn);
  const failing = (work: Promise<unknown>) =>
    clock.run(
      work.then(
        () => undefined,
        (error: unknown) => error as KeyturnError,
      ),
    );
  return { clock, server, secret, source, events, signIn, failing };
}

const kinds = (events: readonly CredentialEvent[]) => events.map(({ kind }) => kind);

describe('the circuit', () => {
  it('turns new callers away without a sign-in while it is open', async () => {
    const { server, failing, signIn, source } = setUp({ rotation: 'alternating-users' });
    server.setPassword('app', 'changed by hand');
    expect(await failing(signIn())).toMatchObject({ code: 'KEYTURN_CREDENTIAL_REFUSED' });
    const { length } = server.log;
    expect(await failing(signIn())).toMatchObject({ code: 'KEYTURN_CREDENTIAL_REFUSED' });
    expect(server.log).toHaveLength(length);
    expect(source.counters().turnedAway).toBeGreaterThan(0);
  });

  it('lets one caller at a time look whether there is a new version', async () => {
    const { clock, server, failing, secret, signIn, events } = setUp();
    server.setPassword('app', 'changed by hand');
    await failing(signIn());
    await clock.pass(1_000);
    const answers = await clock.run(Promise.allSettled(Array.from({ length: 50 }, signIn)));
    expect(answers.every(({ status }) => status === 'rejected')).toBe(true);
    expect(server.log).toHaveLength(1);

    server.setPassword('app', 'password-9');
    secret.store.putCurrent({ secretId: 'orders', versionId: 'v9', value: value('app', 9) });
    await clock.pass(2_000);
    const [probe, ...others] = await clock.run(Promise.allSettled([signIn(), signIn(), signIn()]));
    expect(probe?.status).toBe('fulfilled');
    expect(others.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await clock.run(signIn())).toBe('app');
    expect(kinds(events)).toContain('circuit-closed');
    expect(kinds(events)).toContain('recovered');
  });

  it('pauses longer after each probe that failed', async () => {
    const { clock, server, failing, signIn, events } = setUp();
    server.setPassword('app', 'changed by hand');
    for (let probe = 0; probe < 6; probe++) {
      await failing(signIn());
      await clock.pass(30_000);
    }
    const pauses = events.flatMap((event) =>
      event.kind === 'circuit-opened' ? [event.pauseMs] : [],
    );
    expect(pauses).toHaveLength(6);
    pauses.forEach((pause, n) => {
      const bound = Math.min(30_000, 1_000 * 2 ** n);
      expect(pause).toBeGreaterThanOrEqual(bound / 2);
      expect(pause).toBeLessThanOrEqual(bound);
    });
  });

  it('opens again where the probe ends in something that says nothing about the credential', async () => {
    const { clock, server, failing, secret, signIn } = setUp();
    server.setPassword('app', 'changed by hand');
    await failing(signIn());
    await clock.pass(1_000);
    secret.store.putCurrent({ secretId: 'orders', versionId: 'v9', value: value('app', 9) });
    server.failure = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    expect(await failing(signIn())).toMatchObject({ code: 'ECONNREFUSED' });
    expect(await failing(signIn())).toMatchObject({ code: 'KEYTURN_CREDENTIAL_REFUSED' });
    server.failure = undefined;
    server.setPassword('app', 'password-9');
    await clock.pass(2_000);
    expect(await clock.run(signIn())).toBe('app');
  });

  it('stays below the number that locks, whatever is stored', async () => {
    const { clock, server, failing, secret, signIn } = setUp({ rotation: 'single-user' });
    server.setPassword('app', 'known to nobody');
    for (let version = 10; version < 60; version++) {
      await failing(signIn());
      const versionId = `v${version}`;
      secret.store.putCurrent({ secretId: 'orders', versionId, value: value('app', version) });
      await clock.pass(500);
    }
    expect(server.lockedUsers).toEqual([]);
    expect(server.refusals.length).toBeLessThanOrEqual(4);
  });

  it('presents a refused credential again once it is told that it may', async () => {
    const { clock, server, failing, source, signIn } = setUp({ rotation: 'alternating-users' });
    server.setPassword('app', 'expired');
    await failing(signIn());
    server.setPassword('app', 'password-1');
    await clock.pass(60_000);
    expect(await failing(signIn())).toMatchObject({ code: 'KEYTURN_CREDENTIAL_REFUSED' });
    source.forgetRefusals();
    expect(await clock.run(signIn())).toBe('app');
  });
});

describe('what may be tried', () => {
  it('never is AWSPREVIOUS under single user', async () => {
    const { clock, server, secret, failing, signIn } = setUp({
      rotation: 'single-user',
      gapMs: 200,
    });
    await clock.run(secret.rotate());
    await clock.run(signIn());
    server.setPassword('app', 'changed by hand');
    await failing(signIn());
    expect(server.log.map(({ password }) => password)).toEqual(['password-2', 'password-2']);
  });

  it('is AWSPREVIOUS once under alternating users, since its user has not changed', async () => {
    const { clock, server, secret, source, signIn } = setUp({ rotation: 'alternating-users' });
    await clock.run(secret.rotate());
    expect(await clock.run(signIn())).toBe('app_clone');
    server.setPassword('app_clone', 'changed by hand');
    expect(await clock.run(signIn())).toBe('app');
    expect(source.peek()).toMatchObject({ label: 'AWSPREVIOUS', user: 'app' });
    expect(server.refusals).toHaveLength(1);
  });

  it('is not AWSPREVIOUS of the same user, even where the setting says alternating users', async () => {
    const { clock, server, secret, failing, signIn } = setUp({ rotation: 'alternating-users' });
    secret.store.putCurrent({ secretId: 'orders', versionId: 'v5', value: value('app', 5) });
    server.setPassword('app', 'changed by hand');
    await failing(signIn());
    expect(server.log.map(({ password }) => password)).toEqual(['password-5']);
    expect(clock.pending).toBe(0);
  });

  it('is not AWSPENDING without the setting, nor of another user', async () => {
    for (const [rotation, user] of [
      [undefined, 'app'],
      ['single-user', 'app_clone'],
      ['alternating-users', 'app'],
    ] as const) {
      const { server, secret, failing, signIn } = setUp({ rotation, gapMs: 200 });
      const pending = { secretId: 'orders', versionId: 'v2', value: value(user, 2) };
      secret.store.putVersion({ ...pending, labels: ['AWSPENDING'] });
      server.setPassword('app', 'changed by hand');
      await failing(signIn());
      expect(server.log.map(({ password }) => password)).toEqual(['password-1']);
    }
  });

  it('bridges a rotation that died after the change of the password', async () => {
    const { clock, server, secret, signIn } = setUp({ rotation: 'single-user' });
    await clock.run(signIn());
    await clock.run(secret.begin());
    await clock.run(Promise.all(Array.from({ length: 100 }, signIn)));
    await clock.pass(3_600_000);
    await clock.run(Promise.all(Array.from({ length: 100 }, signIn)));
    expect(server.refusals.length).toBeLessThanOrEqual(2);
    await clock.run(secret.finish());
    await clock.run(signIn());
    expect(server.refusals.length).toBeLessThanOrEqual(2);
  });
});

describe('errors and events', () => {
  it('hold no password', async () => {
    const { server, secret, failing, signIn, events } = setUp({
      rotation: 'single-user',
      gapMs: 100,
    });
    server.setPassword('app', 'changed by hand');
    const error = await failing(signIn());
    secret.store.putCurrent({
      secretId: 'orders',
      versionId: 'v3',
      value: '{"username":"password-1',
    });
    const told = inspect([error, events], { depth: 10, showHidden: true });
    expect(told).not.toContain('password-1');
    expect(told).toContain('28P01');
  });

  it('are one error object per caller, since libraries write into them', async () => {
    const { clock, server, signIn } = setUp();
    server.setPassword('app', 'changed by hand');
    const results = await clock.run(Promise.allSettled([signIn(), signIn(), signIn()]));
    const errors = results.map((result) =>
      result.status === 'rejected' ? result.reason : undefined,
    );
    expect(new Set(errors).size).toBe(3);
    expect(errors.every((error) => KeyturnError.is(error, 'KEYTURN_CREDENTIAL_REFUSED'))).toBe(
      true,
    );
  });

  it('go on where a listener throws', async () => {
    const { clock, source, signIn } = setUp();
    source.subscribe(() => {
      throw new Error('a listener');
    });
    expect(await clock.run(signIn())).toBe('app');
  });

  it('are counted where a library signs in by itself', async () => {
    const { clock, source } = setUp();
    const credential = await clock.run(source.credential());
    expect(source.reportFailure(credential, new Error('something else'))).toBe(false);
    expect(source.reportFailure(credential, refusal('app'))).toBe(true);
    expect(source.peek()).toBeUndefined();
    expect(source.counters().refusals).toBe(1);
  });
});
