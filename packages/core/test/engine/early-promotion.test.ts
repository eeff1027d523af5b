import { failAt } from '@keyturn/testkit/faults';
import { alternatingUsers, ROTATION_STEPS, singleUser } from '../../src/index.js';
import { RotationFixture } from '../support/rotation-fixture.js';

const early = (more: object = {}) =>
  new RotationFixture({ strategy: singleUser({ earlyPromotion: true }), ...more });

describe('early promotion', () => {
  it('moves AWSCURRENT in setSecret, and the later steps find it there', async () => {
    const fixture = early();
    fixture.begin('second');
    await fixture.runUpTo('setSecret', 'second');
    expect(fixture.labels).toEqual({
      AWSCURRENT: 'second',
      AWSPENDING: 'second',
      AWSPREVIOUS: 'first',
    });
    expect(fixture.alive).toEqual(['second']);

    fixture.forgetSignIns();
    for (const step of ['testSecret', 'finishSecret'] as const) {
      const { outcome } = await fixture.run(step, 'second');
      expect(outcome).toBe('the version was current already');
    }
    expect(fixture.signIns).toEqual([]);
    expect(fixture.database.openSessions).toBe(0);
  });

  it('goes on for ever', async () => {
    const fixture = early();
    for (const name of ['second', 'third', 'fourth']) await fixture.rotate(name);
    expect(fixture.labels).toEqual({ AWSCURRENT: 'fourth', AWSPREVIOUS: 'third' });
    expect(fixture.alive).toEqual(['fourth']);
  });

  it('runs every check first, and leaves AWSCURRENT where it is when one fails', async () => {
    let passes = false;
    const verify = async () => {
      if (!passes) throw new Error('the table is empty');
    };
    const fixture = early({ checks: [{ name: 'orders', verify }] });
    fixture.begin('second');
    await fixture.run('createSecret', 'second');
    const { code } = await fixture.failure('setSecret', 'second');
    expect(code).toBe('KEYTURN_VERIFICATION_FAILED');
    expect(fixture.labels).toEqual({ AWSCURRENT: 'first', AWSPENDING: 'second' });

    passes = true;
    const { outcome } = await fixture.run('setSecret', 'second');
    expect(outcome).toMatch(/^the pending password was set already; AWSCURRENT was moved/);
    await fixture.runUpTo('finishSecret', 'second');
    expect(fixture.alive).toEqual(['second']);
  });

  it('is off unless it is asked for, and the option wins over the setting', async () => {
    const settings = { earlyPromotion: true };
    for (const [fixture, current] of [
      [new RotationFixture({ strategy: singleUser() }), 'first'],
      [new RotationFixture({ strategy: singleUser(), settings }), 'second'],
      [new RotationFixture({ strategy: singleUser({ earlyPromotion: false }), settings }), 'first'],
      [new RotationFixture({ strategy: alternatingUsers(), settings }), 'first'],
    ] as const) {
      fixture.begin('second');
      await fixture.runUpTo('setSecret', 'second');
      expect(fixture.labels.AWSCURRENT).toBe(current);
    }
  });

  it('ends well after a fault before or after any call, once the step is delivered again', async () => {
    let calls = 0;
    for (let call = 1; ; call++) {
      const faults = [];
      for (const when of ['before', 'after'] as const) {
        const fixture = early();
        const fault = failAt({ call, when });
        const engine = fixture.engine(fault);
        fixture.begin('second');
        for (const step of ROTATION_STEPS) {
          for (let delivery = 1; delivery <= 3; delivery++) {
            try {
              await fixture.run(step, 'second', { engine });
              break;
            } catch (error) {
              if (delivery === 3) throw error;
            }
          }
        }
        expect(fixture.labels).toMatchObject({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
        expect(fixture.alive).toEqual(['second']);
        faults.push(fault.struck);
      }
      if (faults.every((struck) => struck === undefined)) break;
      calls = call;
    }
    expect(calls).toBeGreaterThan(10);
  });
});
