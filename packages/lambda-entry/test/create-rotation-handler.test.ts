import { inspect } from 'node:util';
import { ROTATION_STEPS, type KeyturnError, type VerificationCheck } from '@keyturn/core';
import type { PutPendingRequest } from '@keyturn/core/adapter';
import {
  createRotationHandler,
  signInCheck,
  singleUser,
  TOKENS,
  type FunctionSettings,
  type RotationHandlerOptions,
} from '../src/index.js';
import { eventOf, memoryWorld, ROTATION_TOKEN, SECRET, TOKEN } from './support/memory-world.js';

const strategy = singleUser();

it('runs a rotation without a context', async () => {
  const { configure, store, database, address, user } = memoryWorld();
  const handler = createRotationHandler({ strategy, env: {}, configure });
  for (const step of ROTATION_STEPS) await handler(eventOf(step));

  expect(store.labels(SECRET)).toMatchObject({ [TOKEN]: ['AWSCURRENT', 'AWSPENDING'] });
  const { password } = JSON.parse(store.text(SECRET, TOKEN) ?? '') as { password: string };
  expect(database.accepts(address, user.name, password)).toBe(true);
  expect(database.accepts(address, user.name, user.password)).toBe(false);
});

it('resolves to nothing, so that no value gets into the answer', async () => {
  const { configure } = memoryWorld();
  const handler = createRotationHandler({ strategy, env: {}, configure });

  expect(await handler(eventOf('createSecret'))).toBeUndefined();
});

it('takes the time that is left from the context', async () => {
  const { configure, database, address, user } = memoryWorld();
  const handler = createRotationHandler({ strategy, env: {}, configure });
  await handler(eventOf('createSecret'));
  const late = handler(eventOf('setSecret'), { getRemainingTimeInMillis: () => 4_999 });

  await expect(late).rejects.toMatchObject({ code: 'KEYTURN_OUT_OF_TIME', retryable: true });
  expect(database.accepts(address, user.name, user.password)).toBe(true);
  await handler(eventOf('setSecret'), { getRemainingTimeInMillis: () => 60_000 });
  await handler(eventOf('testSecret'), {});
});

it('runs the checks that it is given', async () => {
  const { configure } = memoryWorld();
  const gloomy: VerificationCheck = {
    name: 'the weather',
    verify: async () => {
      throw new Error('it rains');
    },
  };
  const checks = [signInCheck(), gloomy];
  const handler = createRotationHandler({ strategy, checks, env: {}, configure });
  await handler(eventOf('createSecret'));
  await handler(eventOf('setSecret'));

  await expect(handler(eventOf('testSecret'))).rejects.toMatchObject({
    code: 'KEYTURN_VERIFICATION_FAILED',
    failures: [{ check: 'the weather', reason: 'it rains' }],
  });
});

it('hands RotationToken on to the store and to nobody else', async () => {
  const { configure, store, lines } = memoryWorld();
  const put = jest.spyOn(store, 'putPending');
  const handler = createRotationHandler({ strategy, env: {}, configure });
  for (const step of ROTATION_STEPS) await handler(eventOf(step));

  const [request] = put.mock.calls[0] as [PutPendingRequest];
  expect(request.rotationToken?.reveal()).toBe(ROTATION_TOKEN);
  expect(lines.join()).not.toContain(ROTATION_TOKEN);
});

it('writes no secret into its lines, however the rotation goes', async () => {
  const { configure, store, lines, user, database, address } = memoryWorld();
  const handler = createRotationHandler({ strategy, env: {}, configure });
  await handler(eventOf('createSecret'));
  database.changePassword(address, user.name, 'Something-else-1');
  const failure: unknown = await handler(eventOf('setSecret')).catch((error: unknown) => error);
  database.changePassword(address, user.name, user.password);
  // Whoever has set the password back takes off what keyturn puts on a version without proof.
  store.removeLabel(SECRET, 'KEYTURN_UNPROVEN');
  for (const step of ROTATION_STEPS) await handler(eventOf(step));

  expect(failure).toMatchObject({ code: 'KEYTURN_NO_PROOF_OF_OWNERSHIP', step: 'setSecret' });
  const { password } = JSON.parse(store.text(SECRET, TOKEN) ?? '') as { password: string };
  const said = [...lines, inspect(failure, { depth: 9, showHidden: true })].join('\n');
  expect(said).toContain('rotation.succeeded');
  for (const secret of [password, user.password, ROTATION_TOKEN])
    expect(said).not.toContain(secret);
});

describe('an event that is not fit', () => {
  const good = eventOf('createSecret');
  it.each([
    ['nothing', undefined, 'event'],
    ['text', JSON.stringify(good), 'event'],
    ['a list', [good], 'event'],
    ['no step', { ...good, Step: undefined }, 'Step'],
    ['a step of another spelling', { ...good, Step: 'create_secret' }, 'Step'],
    ['a step from the prototype', { ...good, Step: 'toString' }, 'Step'],
    ['no secret', { ...good, SecretId: '' }, 'SecretId'],
    ['a secret that is a number', { ...good, SecretId: 7 }, 'SecretId'],
    ['a short token', { ...good, ClientRequestToken: 'short' }, 'ClientRequestToken'],
    [
      'a line break in the token',
      { ...good, ClientRequestToken: `${TOKEN}\n` },
      'ClientRequestToken',
    ],
    ['an empty rotation token', { ...good, RotationToken: '' }, 'RotationToken'],
  ])('is refused: %s', async (_, event, field) => {
    const { configure, store } = memoryWorld();
    const before = store.snapshot();
    const handler = createRotationHandler({ strategy, env: {}, configure });
    const error: unknown = await handler(event).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'KEYTURN_INVALID_EVENT', field });
    expect(inspect(error, { depth: 9 })).not.toContain(ROTATION_TOKEN);
    expect(store.snapshot()).toBe(before);
  });
});

it('builds everything once, at the first event that is fit', async () => {
  const { configure } = memoryWorld();
  let built = 0;
  const handler = createRotationHandler({
    strategy,
    env: {},
    configure: (container) => {
      built += 1;
      configure?.(container);
    },
  });
  await handler('not an event').catch(() => undefined);
  expect(built).toBe(0);
  for (const step of ROTATION_STEPS) await handler(eventOf(step));

  expect(built).toBe(1);
});

it('says every time that the environment is not fit, until it is', async () => {
  const { configure } = memoryWorld();
  const env: Record<string, string> = { KEYTURN_TLS_MODE: 'prefer' };
  const handler = createRotationHandler({ strategy, env, configure });
  const refused = { code: 'KEYTURN_INVALID_SETTING', field: 'tlsMode' };

  await expect(handler(eventOf('createSecret'))).rejects.toMatchObject(refused);
  await expect(handler(eventOf('createSecret'))).rejects.toMatchObject(refused);
  env['KEYTURN_TLS_MODE'] = 'verify-ca';
  await handler(eventOf('createSecret'));
});

it('writes a line when the environment is not fit', async () => {
  const { configure, lines } = memoryWorld();
  const env = { KEYTURN_TLS_MODE: 'perhaps' };
  const handler = createRotationHandler({ strategy, env, configure });

  await expect(handler(eventOf('createSecret'))).rejects.toMatchObject({ step: 'createSecret' });
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { event: 'rotation.failed', code: 'KEYTURN_INVALID_SETTING', secretId: SECRET },
  ]);
});

it('refuses a variable that there is no more in createSecret, and names what takes its place', async () => {
  const { configure, store, lines } = memoryWorld();
  const before = store.snapshot();
  const env = { KEYTURN_EARLY_PROMOTION: 'true' };
  const handler = createRotationHandler({ strategy, env, configure });

  await expect(handler(eventOf('createSecret'))).rejects.toMatchObject({
    code: 'KEYTURN_INVALID_SETTING',
    field: 'earlyPromotion',
    message: expect.stringContaining('KEYTURN_CHANGE_IN'),
  });
  expect(store.snapshot()).toEqual(before);
  expect(lines.join()).toContain('KEYTURN_CHANGE_IN');
});

it('ignores a variable that there is no more and that asks for nothing, with a warning', async () => {
  const { configure, lines } = memoryWorld();
  const env = { KEYTURN_EARLY_PROMOTION: 'false' };
  const handler = createRotationHandler({ strategy, env, configure });
  await handler(eventOf('createSecret'));

  expect(lines.map((line) => JSON.parse(line) as unknown)).toContainEqual(
    expect.objectContaining({ level: 'WARN', event: 'setting.ignored', setting: 'earlyPromotion' }),
  );
});

it('reads the environment of the process unless it is given another', async () => {
  const { configure } = memoryWorld();
  const handler = createRotationHandler({ strategy, configure });
  process.env['KEYTURN_PERMISSIONS'] = 'some';
  try {
    await expect(handler(eventOf('createSecret'))).rejects.toMatchObject({
      field: 'permissions',
    });
  } finally {
    delete process.env['KEYTURN_PERMISSIONS'];
  }
});

describe('a setting', () => {
  const failure = async (options: Partial<RotationHandlerOptions>) => {
    const { configure, lines } = memoryWorld();
    const handler = createRotationHandler({ strategy, env: {}, configure, ...options });
    const error: unknown = await handler(eventOf('createSecret')).catch(
      (thrown: unknown) => thrown,
    );
    const [line = ''] = lines.filter((each) => each.includes('rotation.failed'));
    return {
      error: error as KeyturnError,
      logged: JSON.parse(line || '{}') as { message?: string },
    };
  };
  const tooShort = { code: 'KEYTURN_INVALID_SETTING', field: 'passwordLength' };

  it('of the environment that turns out unfit is explained with its variable, in the log as well', async () => {
    const { error, logged } = await failure({ env: { PASSWORD_LENGTH: '4' } });

    expect(error).toMatchObject({ ...tooShort, settings: ['passwordLength'] });
    expect(error.message).toMatch(
      /^The setting passwordLength .* Set passwordLength with the environment variable PASSWORD_LENGTH\.$/,
    );
    expect(error.stack).toContain('environment variable PASSWORD_LENGTH');
    expect(logged.message).toBe(error.message);
  });

  it('of the code is not blamed on a variable that would change nothing', async () => {
    const options = { settings: { passwordLength: 4 }, env: { PASSWORD_LENGTH: '32' } };
    const { error, logged } = await failure(options);

    expect(error).toMatchObject(tooShort);
    expect(error.message).toMatch(/ passwordLength is set in code\.$/);
    expect(error.message).not.toContain('PASSWORD_LENGTH');
    expect(logged.message).toBe(error.message);
  });

  it('of the code wins over the environment, and one that is undefined does not', async () => {
    const env = { PASSWORD_LENGTH: '4' };

    expect((await failure({ env, settings: { passwordLength: undefined } })).error).toMatchObject(
      tooShort,
    );
    expect((await failure({ env, settings: { passwordLength: 48 } })).error).toBeUndefined();
  });

  it.each([
    ['permissions', { permissions: 'None' }],
    ['permision', { permision: 'none' }],
    ['tlsMode', { tlsMode: 'prefer' }],
    ['settings', null],
  ])('that is unknown or unfit is refused and logged by its key: %s', async (field, given) => {
    const settings = given as unknown as FunctionSettings;
    const { error, logged } = await failure({ settings });

    expect(error).toMatchObject({ code: 'KEYTURN_INVALID_SETTING', field, step: 'createSecret' });
    expect(logged).toMatchObject({ code: 'KEYTURN_INVALID_SETTING', message: error.message });
  });

  it('that the environment has unfit names its variable once', async () => {
    const { error } = await failure({ env: { KEYTURN_TLS_MODE: 'prefer' } });

    expect(error.message.match(/KEYTURN_TLS_MODE/g)).toHaveLength(1);
  });
});

it('keeps what replaces a part to one handler', async () => {
  const worlds = [memoryWorld(), memoryWorld()];
  const handlers = worlds.map(({ configure }) =>
    createRotationHandler({ strategy, env: {}, configure }),
  );
  for (const handler of handlers) await handler(eventOf('createSecret'));

  for (const { lines } of worlds) expect(lines).toHaveLength(2);
  expect(TOKENS.store).toBe(Symbol.for('keyturn.store'));
});
