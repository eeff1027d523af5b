import {
  createCredentialSource,
  systemClientClock,
  type CredentialSourceOptions,
} from '@keyturn/client';
import { FakeServer } from './fake-server.js';
import { value } from './rotating-secret.js';
import type { SecretSubject } from './secret-subject.js';

/** What a credential source keeps to, wherever the secret is read. `create` makes a secret without a value. */
export function describeSourceContract(name: string, create: () => Promise<SecretSubject>): void {
  describe(`the contract of the credential source over ${name}`, () => {
    let secret: SecretSubject;
    let server: FakeServer;

    beforeEach(async () => {
      secret = await create();
      server = new FakeServer(systemClientClock, 1);
      server.setPassword('app', 'password-1');
      await secret.putCurrent(value('app', 1));
    });
    afterEach(() => secret.dispose());

    const sourceOf = (options: Partial<CredentialSourceOptions> = {}) =>
      createCredentialSource({
        secretId: secret.secretId,
        reader: secret.reader,
        gapMs: 300,
        ...options,
      });
    const signInMany = (source: ReturnType<typeof sourceOf>, count = 100) =>
      Promise.all(Array.from({ length: count }, () => source.signIn(server.signIn)));

    it('reads the secret once for all who wait', async () => {
      const source = sourceOf();
      await signInMany(source);
      expect(secret.reads()).toBe(1);
      expect(source.counters()).toMatchObject({ reads: 1, signIns: 100, accepted: 100 });
    });

    it('gives user name and password of one version', async () => {
      const { user, password, versionId, label, address } = await sourceOf().credential();
      expect([user, password.reveal(), label]).toEqual(['app', 'password-1', 'AWSCURRENT']);
      expect(address).toEqual({ host: 'db.example.com', port: 5439, database: 'dev' });
      expect(versionId).not.toBe('');
    });

    it('reads AWSCURRENT again after the first refusal, once for all, and signs everybody in', async () => {
      const source = sourceOf({ rotation: 'alternating-users' });
      await signInMany(source);
      await secret.putCurrent(value('app_clone', 2));
      server.setPassword('app', 'changed');
      server.setPassword('app_clone', 'password-2');
      expect(await signInMany(source)).toEqual(Array(100).fill('app_clone'));
      expect(server.refusals.length).toBeLessThanOrEqual(2);
      expect(secret.reads()).toBe(2);
    });

    it('tries AWSPENDING once while the change of a single user is under way', async () => {
      const source = sourceOf({ rotation: 'single-user' });
      await signInMany(source);
      await secret.putPending(value('app', 2));
      server.setPassword('app', 'password-2');
      await signInMany(source);
      expect(server.refusals.length).toBeLessThanOrEqual(2);
      expect(source.peek()).toMatchObject({ label: 'AWSPENDING', user: 'app' });

      await secret.promote();
      await signInMany(source);
      expect(server.refusals.length).toBeLessThanOrEqual(2);
      expect(secret.reads()).toBeLessThanOrEqual(3);
    });

    it('waits for AWSCURRENT over the gap where AWSPENDING may not be tried', async () => {
      const source = sourceOf({ gapMs: 5_000 });
      await signInMany(source);
      await secret.putPending(value('app', 2));
      server.setPassword('app', 'password-2');
      const waiting = signInMany(source);
      await systemClientClock.sleep(50);
      await secret.promote();
      await waiting;
      expect(server.refusals.length).toBeLessThanOrEqual(2);
      expect(source.counters()).toMatchObject({ recoveries: 1, circuitOpenings: 0 });
    });

    it('tells everybody the same typed error where a fresh AWSCURRENT is refused', async () => {
      const source = sourceOf({ rotation: 'alternating-users' });
      await signInMany(source);
      server.setPassword('app', 'changed by hand');
      const results = await Promise.allSettled(
        Array.from({ length: 100 }, () => source.signIn(server.signIn)),
      );
      const codes = results.map((result) =>
        result.status === 'rejected' ? (result.reason as { code: string }).code : 'signed in',
      );
      expect(new Set(codes)).toEqual(new Set(['KEYTURN_CREDENTIAL_REFUSED']));
      expect(server.refusals.length).toBeLessThanOrEqual(2);
      expect(server.lockedUsers).toEqual([]);
    });

    it('names a secret that is not there', async () => {
      const source = sourceOf({ secretId: 'no-such-secret' });
      const error: unknown = await source.credential().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'KEYTURN_STORE_NOT_FOUND', secretId: 'no-such-secret' });
    });
  });
}
