import { ROTATION_STEPS, singleUser, type VerificationCheck } from '../../src/index.js';
import { timeForLateChange, tooShortForLateChange } from '../../src/domain/late-change-time.js';
import { RotationFixture, type FixtureOptions } from '../support/rotation-fixture.js';
import { resolved } from '../support/values.js';

type Which = 'current' | 'pending';

/** A check that takes so long with one of the two credentials, and ends or not. */
function slow(which: Which, milliseconds: number, end = true) {
  let fixture: RotationFixture | undefined;
  const check: VerificationCheck = {
    name: 'slow',
    async verify({ credential, signIn }) {
      await signIn();
      if (credential !== which) return;
      fixture?.clock.advance(milliseconds);
      if (!end) await new Promise<never>(() => undefined);
    },
  };
  return { check, watch: (of: RotationFixture) => void (fixture = of) };
}

async function upTo(
  step: 'testSecret' | 'finishSecret',
  { check, watch }: ReturnType<typeof slow>,
  more: Partial<FixtureOptions> = {},
) {
  const fixture = new RotationFixture({ strategy: singleUser(), checks: [check], ...more });
  watch(fixture);
  fixture.begin('second');
  for (const each of ROTATION_STEPS.slice(0, ROTATION_STEPS.indexOf(step))) {
    await fixture.run(each, 'second');
  }
  return fixture;
}

describe('the time of the list of checks', () => {
  it.each([
    ['ends after it', true],
    ['never ends', false],
  ])('undoes the change of finishSecret where a check %s, and names the check', async (_, end) => {
    const fixture = await upTo('finishSecret', slow('pending', 2_001, end));
    const error = await fixture.failure('finishSecret', 'second');
    expect(error).toMatchObject({
      code: 'KEYTURN_VERIFICATION_FAILED',
      message: expect.stringMatching(/slow.*2000 ms.*which was tried and signs in/s),
    });
    expect(fixture.alive).toEqual(['first']);
    expect(fixture.labels).toMatchObject({ AWSCURRENT: 'first', AWSPENDING: 'second' });
    expect(fixture.database.openSessions).toBe(0);
  });

  it.each([
    ['took longer', true],
    ['never ends', false],
  ])('refuses a list in testSecret that %s, before anything is changed', async (_, end) => {
    const fixture = await upTo('testSecret', slow('current', 2_001, end));
    expect(await fixture.refusal('testSecret', 'second')).toMatchObject({
      code: 'KEYTURN_VERIFICATION_FAILED',
      failures: [{ check: 'slow', reason: expect.stringContaining('2000 ms') }],
    });
    expect(fixture.alive).toEqual(['first']);
  });

  it('is enough for a list that ends within it, and is what the setting says', async () => {
    const fixture = await upTo('finishSecret', slow('pending', 1_999));
    await fixture.run('finishSecret', 'second');
    const settings = { checksTimeMs: 9_000 };
    const patient = await upTo('finishSecret', slow('pending', 8_999), { settings });
    await patient.run('finishSecret', 'second');
    expect([fixture.alive, patient.alive]).toEqual([['second'], ['second']]);
  });

  it('reports a check that failed before beside the one that never ends, and runs none after it', async () => {
    const ran: string[] = [];
    const stuck = slow('pending', 2_001, false);
    const others = ['before', 'after'].map((name) => ({
      name,
      async verify({ credential }: { readonly credential: Which }) {
        ran.push(`${name} ${credential}`);
        if (credential === 'pending') throw new Error('no rows');
      },
    }));
    const [before, after] = others as [VerificationCheck, VerificationCheck];
    const fixture = await upTo('finishSecret', stuck, { checks: [before, stuck.check, after] });
    const { message } = await fixture.failure('finishSecret', 'second');
    expect(message).toMatch(/before.*no rows.*slow.*2000 ms/s);
    expect(ran).toEqual(['before current', 'after current', 'before pending']);
    expect(fixture.alive).toEqual(['first']);
  });

  it('leaves no timer behind', async () => {
    const fixture = await upTo('finishSecret', slow('pending', 0));
    await fixture.run('finishSecret', 'second');
    fixture.clock.advance(60_000);
    expect(fixture.alive).toEqual(['second']);
  });

  it('is what the step has left where the password was changed in setSecret', async () => {
    const strategy = singleUser({ changeIn: 'setSecret' });
    const fixture = await upTo('testSecret', slow('pending', 8_001, false), { strategy });
    const deadline = fixture.clock.now() + 10_000;
    expect(await fixture.failure('testSecret', 'second', { deadline })).toMatchObject({
      failures: [{ check: 'slow' }],
    });
  });
});

describe('the time that finishSecret needs', () => {
  it('is the sum of the change, the checks and the undo', () => {
    expect(timeForLateChange(resolved())).toBe(12_000);
    const settings = resolved({ minimumTimeMs: 1_000, checksTimeMs: 30_000 });
    expect(timeForLateChange(settings)).toBe(32_000);
    expect(tooShortForLateChange(settings, 31_999)?.message).toContain('needs 32000 ms');
    expect(tooShortForLateChange(settings, 32_000)).toBeUndefined();
    expect(tooShortForLateChange(settings, Infinity)).toBeUndefined();
  });

  it('keeps createSecret from storing anything where an invocation can never have it', async () => {
    const fixture = new RotationFixture({ strategy: singleUser() });
    fixture.begin('second');
    const deadline = fixture.clock.now() + 11_999;
    expect(await fixture.failure('createSecret', 'second', { deadline })).toMatchObject({
      code: 'KEYTURN_OUT_OF_TIME',
      settings: ['minimumTimeMs', 'checksTimeMs'],
      message: expect.stringMatching(/12000 ms.*5000.*2000.*5000 .*11999 ms left/),
    });
    expect(fixture.value('second')).toBeUndefined();

    await fixture.run('createSecret', 'second', { deadline: deadline + 1 });
    expect(fixture.value('second')).toBeDefined();
  });

  it('lets a rotation go on that has its value', async () => {
    const fixture = new RotationFixture({ strategy: singleUser() });
    fixture.begin('second');
    await fixture.run('createSecret', 'second');
    fixture.restart();
    const deadline = fixture.clock.now() + 6_000;
    const { outcome } = await fixture.run('createSecret', 'second', { deadline });
    expect(outcome).toBe('the stored value was kept');
  });

  it('is looked at in setSecret and before the change, which is not made without it', async () => {
    const fixture = new RotationFixture({ strategy: singleUser() });
    fixture.begin('second');
    await fixture.run('createSecret', 'second');
    const late = () => ({ deadline: fixture.clock.now() + 11_999 });
    const { code } = await fixture.failure('setSecret', 'second', late());
    expect(code).toBe('KEYTURN_OUT_OF_TIME');
    await fixture.run('setSecret', 'second');
    await fixture.run('testSecret', 'second');
    expect(await fixture.failure('finishSecret', 'second', late())).toMatchObject({ code });
    expect(fixture.alive).toEqual(['first']);
    await fixture.run('finishSecret', 'second', { deadline: fixture.clock.now() + 12_000 });
    expect(fixture.alive).toEqual(['second']);
  });

  it('does not concern the order of AWS’s templates', async () => {
    const fixture = new RotationFixture({ strategy: singleUser({ changeIn: 'setSecret' }) });
    fixture.begin('second');
    await fixture.run('createSecret', 'second', { deadline: fixture.clock.now() + 6_000 });
    expect(fixture.value('second')).toBeDefined();
  });
});
