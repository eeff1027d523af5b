import { failAt } from '@keyturn/testkit/faults';
import { LOCKED_ANSWERS } from '@keyturn/testkit/fakes';
import {
  ROTATION_STEPS,
  singleUser,
  type RotationStep,
  type VerificationSubject,
} from '../../src/index.js';
import { failing, once } from '../support/ports.js';
import { RotationFixture, SECRET, type FixtureOptions } from '../support/rotation-fixture.js';
import { FIELDS } from '../support/values.js';

const OLD = FIELDS.password;

const late = (more: Partial<FixtureOptions> = {}) =>
  new RotationFixture({ strategy: singleUser({ changeIn: 'finishSecret' }), ...more });

/** A fixture before one step of `second`. */
async function before(step: RotationStep, more: Partial<FixtureOptions> = {}) {
  const fixture = late(more);
  fixture.begin('second');
  for (const each of ROTATION_STEPS.slice(0, ROTATION_STEPS.indexOf(step))) {
    await fixture.run(each, 'second');
  }
  return fixture;
}

/** Gives the user the password of a version, as somebody else would. */
const setTo = (fixture: RotationFixture, name: string) =>
  fixture.database.changePassword(
    fixture.address,
    'sheep',
    fixture.value(name)?.['password'] ?? '',
  );

describe('a single user whose password changes in finishSecret', () => {
  it('keeps AWSCURRENT alive through every step, and changes it with the label', async () => {
    const fixture = late();
    fixture.begin('second');
    for (const step of ['createSecret', 'setSecret', 'testSecret'] as const) {
      await fixture.run(step, 'second');
      expect(fixture.alive).toEqual(['first']);
    }
    const { outcome } = await fixture.run('finishSecret', 'second');
    expect(outcome).toMatch(/changed and proved, and AWSCURRENT was moved/);
    expect(fixture.alive).toEqual(['second']);
    expect(fixture.labels).toMatchObject({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
    expect(fixture.database.openSessions).toBe(0);
  });

  it('goes on for ever, and never presents a wrong password', async () => {
    const fixture = late();
    for (const name of ['second', 'third', 'fourth']) await fixture.rotate(name);
    expect(fixture.alive).toEqual(['fourth']);
    expect(fixture.signIns.filter((each) => each.includes('refused'))).toEqual([]);
  });

  it.each(LOCKED_ANSWERS)(
    'is not disturbed by any number of wrong passwords between the steps, where a locked user is answered %s',
    async (answer) => {
      const fixture = late();
      fixture.database.setLockRule(fixture.address, { limit: 5, answer });
      fixture.begin('second');
      for (const step of ROTATION_STEPS) {
        // Clients use AWSCURRENT, which signs in all the time.
        for (let client = 0; client < 10; client++) {
          expect(fixture.database.accepts(fixture.address, 'sheep', OLD)).toBe(true);
        }
        await fixture.run(step, 'second');
      }
      expect(fixture.alive).toEqual(['second']);
    },
  );

  it('runs the checks with the current credential in testSecret, and with the pending one in finishSecret', async () => {
    const seen: string[] = [];
    const verify = async ({ credential, versionId, signIn }: VerificationSubject) => {
      await signIn();
      seen.push(`${credential} ${versionId.replace(/\.+$/, '')}`);
    };
    const fixture = await before('testSecret', { checks: [{ name: 'orders', verify }] });
    await fixture.run('testSecret', 'second');
    await fixture.run('finishSecret', 'second');
    expect(seen).toEqual(['current first', 'pending second']);
  });

  it('refuses a check that is broken by itself before anything is changed', async () => {
    const verify = () => Promise.reject(new Error('no such table'));
    const fixture = await before('testSecret', { checks: [{ name: 'orders', verify }] });
    expect(await fixture.refusal('testSecret', 'second')).toMatchObject({
      code: 'KEYTURN_VERIFICATION_FAILED',
    });
    expect(fixture.alive).toEqual(['first']);
  });

  it('puts the old password back where a check refuses the new one, and says what it has looked at', async () => {
    let broken = true;
    const verify = ({ credential }: VerificationSubject) =>
      broken && credential === 'pending' ? Promise.reject(new Error('no rows')) : Promise.resolve();
    const fixture = await before('finishSecret', { checks: [{ name: 'orders', verify }] });
    const error = await fixture.failure('finishSecret', 'second');
    expect(error).toMatchObject({ code: 'KEYTURN_VERIFICATION_FAILED' });
    expect(error.message).toContain('no rows');
    expect(error.message).toContain('which was tried and signs in');
    expect(fixture.alive).toEqual(['first']);
    expect(fixture.labels).toMatchObject({ AWSCURRENT: 'first', AWSPENDING: 'second' });
    expect(fixture.database.openSessions).toBe(0);

    broken = false;
    await fixture.run('finishSecret', 'second');
    expect(fixture.alive).toEqual(['second']);
  });

  it('puts the old password back where AWSCURRENT may not be moved', async () => {
    const fixture = await before('finishSecret');
    const engine = fixture.engine(failing('moveLabel', 'KEYTURN_STORE_ACCESS_DENIED'));
    const { code } = await fixture.failure('finishSecret', 'second', { engine });
    expect(code).toBe('KEYTURN_STORE_ACCESS_DENIED');
    expect(fixture.alive).toEqual(['first']);
  });

  it('puts the old password back where the labels cannot be read a second time', async () => {
    const fixture = await before('finishSecret');
    let reads = 0;
    const engine = fixture.engine({
      before({ method }) {
        if (method === 'describe' && ++reads === 2) throw new Error('no route');
      },
    });
    await fixture.failure('finishSecret', 'second', { engine });
    expect(fixture.alive).toEqual(['first']);
  });

  it('gives way to a rotation that took over after the change: AWSCURRENT signs in', async () => {
    const fixture = await before('finishSecret');
    const takeOver = once('after', 'setPassword', () => {
      fixture.store.removeLabel(SECRET, 'AWSPENDING');
      fixture.begin('third');
    });
    const engine = fixture.engine(takeOver);
    const { code } = await fixture.failure('finishSecret', 'second', { engine });
    expect(code).toBe('KEYTURN_TOKEN_SUPERSEDED');
    expect(fixture.alive).toEqual(['first']);
    await fixture.runUpTo('finishSecret', 'third');
    expect(fixture.alive).toEqual(['third']);
  });

  it('goes on in finishSecret where a delivery died after the change', async () => {
    const fixture = await before('finishSecret');
    setTo(fixture, 'second');
    await fixture.run('finishSecret', 'second');
    expect(fixture.alive).toEqual(['second']);
    expect(fixture.labels.AWSCURRENT).toBe('second');
  });

  it('gives AWSCURRENT its password back in setSecret where an earlier delivery had changed it', async () => {
    const fixture = await before('setSecret');
    setTo(fixture, 'second');
    expect(fixture.alive).toEqual(['second']);
    const { outcome } = await fixture.run('setSecret', 'second');
    expect(outcome).toBe("the user's password was set back to that of AWSCURRENT");
    expect(fixture.alive).toEqual(['first']);
    expect(fixture.database.openSessions).toBe(0);
  });

  it('takes up a rotation whose setSecret has changed the password already, as the template’s does', async () => {
    const fixture = await before('testSecret');
    setTo(fixture, 'second');
    fixture.restart();
    const { outcome } = await fixture.run('testSecret', 'second');
    expect(outcome).toMatch(/pending password was set already/);
    await fixture.run('finishSecret', 'second');
    expect(fixture.alive).toEqual(['second']);
  });

  it('reports a test of the configuration as one', async () => {
    const fixture = late();
    fixture.begin('second');
    fixture.putValue('second', {}, ['AWSPENDING']);
    await fixture.run('testSecret', 'second');
    expect(fixture.news).toEqual(['testRotation.succeeded']);
  });

  it('ends well after a fault before or after any call, once the rotation is delivered again', async () => {
    let calls = 0;
    for (let call = 1; ; call++) {
      const faults = [];
      for (const when of ['before', 'after'] as const) {
        const fixture = late();
        const fault = failAt({ call, when });
        const engine = fixture.engine(fault);
        fixture.begin('second');
        for (let delivery = 1; delivery <= 3; delivery++) {
          try {
            await fixture.runUpTo('finishSecret', 'second', engine);
            break;
          } catch (error) {
            if (delivery === 3) throw error;
          }
        }
        expect(fixture.labels).toMatchObject({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
        expect(fixture.alive).toEqual(['second']);
        expect(fixture.database.openSessions).toBe(0);
        faults.push(fault.struck);
      }
      if (faults.every((struck) => struck === undefined)) break;
      calls = call;
    }
    expect(calls).toBeGreaterThan(10);
  });
});
