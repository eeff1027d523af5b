import { buildPasswordPolicy, localPasswords } from '../../src/adapter/index.js';
import { systemClock } from '../../src/index.js';
import { accepted, profile } from '../support/values.js';
import { meetsPolicy } from '../../src/domain/password-policy.js';

describe('the local password source', () => {
  it('meets the policy and never repeats itself', async () => {
    const policy = accepted(buildPasswordPolicy(profile.password, { passwordLength: 8 }));
    const passwords = new Set<string>();
    for (let i = 0; i < 500; i++) passwords.add((await localPasswords.generate(policy)).reveal());
    expect(passwords.size).toBe(500);
    for (const password of passwords) expect(meetsPolicy(password, policy)).toBe(true);
  });

  it('uses every character of the alphabet', async () => {
    const policy = accepted(buildPasswordPolicy(profile.password, { passwordLength: 64 }));
    const seen = new Set<string>();
    for (let i = 0; i < 100; i++) {
      for (const c of (await localPasswords.generate(policy)).reveal()) seen.add(c);
    }
    expect([...seen].sort().join('')).toBe([...policy.alphabet].sort().join(''));
  });
});

describe('a draw that would favour some characters', () => {
  const drawn = [0xffff_ffff, 0xffff_fffe, 2, 1, 0];
  const getRandomValues = (array: Uint32Array): Uint32Array => array.fill(drawn.shift() ?? 0);

  beforeEach(() => Object.assign(crypto, { getRandomValues }));
  afterEach(() => void Reflect.deleteProperty(crypto, 'getRandomValues'));

  it('is thrown away', async () => {
    // 2^32 is no multiple of 7: the last four numbers are too many.
    const policy = { kind: 'policy', length: 3, alphabet: 'abcdefg', required: [] } as const;
    expect((await localPasswords.generate(policy)).reveal()).toBe('cba');
    drawn.push(0xffff_fffc, 0xffff_fffb, 0, 0);
    expect((await localPasswords.generate(policy)).reveal()).toBe('gaa');
  });
});

describe('the system clock', () => {
  it('tells the time, sleeps and rolls dice', async () => {
    const before = Date.now();
    let slept = false;
    const sleep = systemClock.sleep(1).then(() => (slept = true));
    await Promise.resolve();
    expect(slept).toBe(false);
    await sleep;
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
    const random = systemClock.random();
    expect(random >= 0 && random < 1).toBe(true);
  });
});
