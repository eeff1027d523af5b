import { failAt } from '@keyturn/testkit/faults';
import { alternatingUsers, ROTATION_STEPS, singleUser } from '../../src/index.js';
import { RotationBench } from '../support/rotation-bench.js';

const early = (more: object = {}) =>
  new RotationBench({ strategy: singleUser({ earlyPromotion: true }), ...more });

describe('early promotion', () => {
  it('moves AWSCURRENT in setSecret, and the later steps find it there', async () => {
    const bench = early();
    bench.begin('second');
    await bench.runUpTo('setSecret', 'second');
    expect(bench.labels).toEqual({
      AWSCURRENT: 'second',
      AWSPENDING: 'second',
      AWSPREVIOUS: 'first',
    });
    expect(bench.alive).toEqual(['second']);

    bench.forgetSignIns();
    for (const step of ['testSecret', 'finishSecret'] as const) {
      const { outcome } = await bench.run(step, 'second');
      expect(outcome).toBe('the version was current already');
    }
    expect(bench.signIns).toEqual([]);
    expect(bench.database.openSessions).toBe(0);
  });

  it('goes on for ever', async () => {
    const bench = early();
    for (const name of ['second', 'third', 'fourth']) await bench.rotate(name);
    expect(bench.labels).toEqual({ AWSCURRENT: 'fourth', AWSPREVIOUS: 'third' });
    expect(bench.alive).toEqual(['fourth']);
  });

  it('runs every check first, and leaves AWSCURRENT where it is when one fails', async () => {
    let passes = false;
    const verify = async () => {
      if (!passes) throw new Error('the table is empty');
    };
    const bench = early({ checks: [{ name: 'orders', verify }] });
    bench.begin('second');
    await bench.run('createSecret', 'second');
    const { code } = await bench.failure('setSecret', 'second');
    expect(code).toBe('KEYTURN_VERIFICATION_FAILED');
    expect(bench.labels).toEqual({ AWSCURRENT: 'first', AWSPENDING: 'second' });

    passes = true;
    const { outcome } = await bench.run('setSecret', 'second');
    expect(outcome).toMatch(/^the pending password was set already; AWSCURRENT was moved/);
    await bench.runUpTo('finishSecret', 'second');
    expect(bench.alive).toEqual(['second']);
  });

  it('is off unless it is asked for, and the option wins over the setting', async () => {
    const settings = { earlyPromotion: true };
    for (const [bench, current] of [
      [new RotationBench({ strategy: singleUser() }), 'first'],
      [new RotationBench({ strategy: singleUser(), settings }), 'second'],
      [new RotationBench({ strategy: singleUser({ earlyPromotion: false }), settings }), 'first'],
      [new RotationBench({ strategy: alternatingUsers(), settings }), 'first'],
    ] as const) {
      bench.begin('second');
      await bench.runUpTo('setSecret', 'second');
      expect(bench.labels.AWSCURRENT).toBe(current);
    }
  });

  it('ends well after a fault before or after any call, once the step is delivered again', async () => {
    let calls = 0;
    for (let call = 1; ; call++) {
      const faults = [];
      for (const when of ['before', 'after'] as const) {
        const bench = early();
        const fault = failAt({ call, when });
        const engine = bench.engine(fault);
        bench.begin('second');
        for (const step of ROTATION_STEPS) {
          for (let delivery = 1; delivery <= 3; delivery++) {
            try {
              await bench.run(step, 'second', { engine });
              break;
            } catch (error) {
              if (delivery === 3) throw error;
            }
          }
        }
        expect(bench.labels).toMatchObject({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
        expect(bench.alive).toEqual(['second']);
        faults.push(fault.struck);
      }
      if (faults.every((struck) => struck === undefined)) break;
      calls = call;
    }
    expect(calls).toBeGreaterThan(10);
  });
});
