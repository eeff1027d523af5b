import { isRefusal } from '@keyturn/core';
import {
  buildPasswordPolicy,
  meetsPolicy,
  type PasswordPolicy,
  type PasswordSettings,
} from '@keyturn/core/adapter';
import { useSecretsManager } from '@keyturn/testkit';
import { IN_MEMORY_PROFILE, ManualClock } from '@keyturn/testkit/fakes';
import { SecretsManagerPasswords } from '../src/index.js';
import { fault, scriptedClient } from './scripted-client.js';

const manager = useSecretsManager();

function policyFor(settings: PasswordSettings): PasswordPolicy {
  const policy = buildPasswordPolicy(IN_MEMORY_PROFILE.password, settings);
  if (isRefusal(policy)) throw new Error(policy.message);
  return policy;
}

function source() {
  const { endpoint, region } = manager();
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  return new SecretsManagerPasswords({ clientConfig: { endpoint, region, credentials } });
}

describe('a password of GetRandomPassword', () => {
  it.each<[string, PasswordSettings]>([
    ['without settings', {}],
    ['of the shortest length', { passwordLength: 8 }],
    ['of the longest length', { passwordLength: 64 }],
    ['without punctuation', { excludePunctuation: true }],
    ['that fits into a URL', { passwordPreset: 'urlSafe' }],
    ['that a shell leaves alone', { passwordPreset: 'shellSafe' }],
    ['with one character of each class', { excludeCharacters: 'bcdefghijklmnopqrstuvwxyz' }],
    ['without a demand for every class', { requireEachIncludedType: false, passwordLength: 8 }],
  ])('meets a policy %s', async (_, settings) => {
    const policy = policyFor(settings);
    for (let i = 0; i < 5; i++) {
      const password = await source().generate(policy);
      expect(meetsPolicy(password.reveal(), policy)).toBe(true);
    }
  });

  it('is another one every time', async () => {
    const passwords = source();
    const [one, other] = [
      await passwords.generate(policyFor({})),
      await passwords.generate(policyFor({})),
    ];

    expect(one.equals(other)).toBe(false);
  });

  it('is asked for again when the service is busy', async () => {
    const policy = policyFor({ passwordLength: 8 });
    const { client } = scriptedClient(fault('ThrottlingException'), { RandomPassword: 'aB1-aB1-' });
    const passwords = new SecretsManagerPasswords({ client, clock: new ManualClock() });

    expect((await passwords.generate(policy)).reveal()).toBe('aB1-aB1-');
  });
});
