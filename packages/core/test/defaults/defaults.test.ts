import { buildPasswordPolicy, localPasswords, systemClock } from '../../src/index.js';
import { accepted, profile } from '../support/values.js';
import { meetsPolicy } from '../../src/domain/password-policy.js';

describe('the local password source', () => {
  it('meets the policy and never repeats itself', async () => {
    const policy = accepted(buildPasswordPolicy(profile.password, { length: 8 }));
    const passwords = new Set<string>();
    for (let i = 0; i < 500; i++) passwords.add((await localPasswords.generate(policy)).reveal());
    expect(passwords.size).toBe(500);
    for (const password of passwords) expect(meetsPolicy(password, policy)).toBe(true);
  });

  it('uses every character of the alphabet', async () => {
    const policy = accepted(buildPasswordPolicy(profile.password, { length: 64 }));
    const seen = new Set<string>();
    for (let i = 0; i < 100; i++) {
      for (const c of (await localPasswords.generate(policy)).reveal()) seen.add(c);
    }
    expect([...seen].sort().join('')).toBe([...policy.alphabet].sort().join(''));
  });
});

describe('the system clock', () => {
  it('tells the time, sleeps and rolls dice', async () => {
    const before = Date.now();
    await systemClock.sleep(1);
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
    const random = systemClock.random();
    expect(random >= 0 && random < 1).toBe(true);
  });
});
