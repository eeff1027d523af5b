import { isRefusal } from '@keyturn/core';
import { buildPasswordPolicy, meetsPolicy } from '@keyturn/core/adapter';
import {
  countingPasswords,
  FixedPasswords,
  IN_MEMORY_PROFILE,
  ManualClock,
  RecordingObserver,
  seededRandom,
} from '../../src/fakes/index.js';

describe('a manual clock', () => {
  it('moves only by hand and by sleeping, and remembers what was slept', async () => {
    const clock = new ManualClock({ startAt: 1_000 });
    await clock.sleep(600);
    clock.advance(-100);

    expect(clock.now()).toBe(1_500);
    expect(clock.sleeps).toEqual([600]);
  });

  it('gives a fixed jitter, or one from a seed', () => {
    expect(new ManualClock().random()).toBe(0.5);
    expect(new ManualClock({ random: 0.25 }).random()).toBe(0.25);
    const draw = (seed: number) => {
      const clock = new ManualClock({ random: seededRandom(seed) });
      return [clock.random(), clock.random(), clock.random()];
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    for (const number of draw(7)) expect(number >= 0 && number < 1).toBe(true);
  });
});

describe('passwords for tests', () => {
  const policy = buildPasswordPolicy(IN_MEMORY_PROFILE.password, { passwordLength: 8 });
  if (isRefusal(policy)) throw new Error(policy.message);

  it('are those of a list, and no more', async () => {
    const passwords = new FixedPasswords(['one', 'two']);

    expect((await passwords.generate()).reveal()).toBe('one');
    expect((await passwords.generate()).reveal()).toBe('two');
    await expect(passwords.generate()).rejects.toThrow(TypeError);
  });

  it('meet any policy, differ from each other and are the same in every run', async () => {
    const draw = async () => {
      const passwords = countingPasswords();
      const drawn: string[] = [];
      for (let i = 0; i < 20; i++) drawn.push((await passwords.generate(policy)).reveal());
      return drawn;
    };
    const drawn = await draw();

    expect(drawn.every((password) => meetsPolicy(password, policy))).toBe(true);
    expect(new Set(drawn).size).toBe(drawn.length);
    expect(await draw()).toEqual(drawn);
  });
});

describe('a recording observer', () => {
  it('keeps what it was told, and finds events by name', () => {
    const observer = new RecordingObserver();
    const place = { secretId: 'orders', versionId: 'v2', step: 'setSecret', at: 0 } as const;
    observer.notify({ ...place, name: 'rotation.started' });
    observer.notify({ ...place, name: 'password.changed', user: 'sheep' });

    expect(observer.events.map(({ name }) => name)).toEqual([
      'rotation.started',
      'password.changed',
    ]);
    expect(observer.named('password.changed')[0]?.user).toBe('sheep');
  });
});
