import { KeyturnError, Sensitive } from '@keyturn/core';
import fc from 'fast-check';
import { InMemorySecretStore } from '../../src/fakes/index.js';
import {
  type LocalSecretsManager,
  ServiceError,
  startSecretsManager,
} from '@keyturn/local-secrets-manager';

const REGION = 'us-east-1';
const LABELS = ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS', 'mine'];

const id = fc.integer({ min: 1, max: 4 }).map((n) => String(n).repeat(32));
const value = fc.constantFrom('a', 'b');
const maybeId = fc.option(id, { nil: undefined });

const step = fc.oneof(
  fc.record({ kind: fc.constant('put pending' as const), id, value }),
  fc.record({ kind: fc.constant('put own' as const), id, value }),
  fc.record({ kind: fc.constant('put current' as const), id, value }),
  fc.record({ kind: fc.constant('start rotation' as const), id }),
  fc.record({ kind: fc.constant('cancel rotation' as const) }),
  fc.record({ kind: fc.constant('delete and restore' as const) }),
  fc.record({
    kind: fc.constant('move' as const),
    label: fc.constantFrom(...LABELS),
    from: maybeId,
    to: maybeId,
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

describe('the local Secrets Manager and the in-memory SecretStore', () => {
  let manager: LocalSecretsManager;
  let secrets = 0;

  beforeAll(async () => {
    manager = await startSecretsManager({ functions: { rotate: () => undefined } });
  });
  afterAll(() => manager.close());

  const secretOf = (name: string) => manager.state()[REGION]?.find((one) => one.name === name);
  const labelsOf = (name: string) =>
    Object.fromEntries(
      (secretOf(name)?.versions ?? [])
        .filter(({ labels }) => labels.length > 0)
        .map((version) => [version.id, version.labels.toSorted()]),
    );

  /** What only one of the two can say, or says at another level, is left out. */
  function expressible(current: Step, SecretId: string): boolean {
    const { versions = [], pendingRotation } = secretOf(SecretId) ?? {};
    const holder = (label: string) => versions.find(({ labels }) => labels.includes(label))?.id;
    const pending = holder('AWSPENDING');
    switch (current.kind) {
      case 'start rotation':
        return (
          (pending === undefined || pending === holder('AWSCURRENT')) &&
          !versions.some((version) => version.id === current.id)
        );
      case 'put own':
        return !versions.some((version) => version.id === current.id && version.value);
      case 'put current':
        // By hand AWSPENDING stays where it is; the store knows only rotations.
        return (
          !versions.some((version) => version.id === current.id && version.value) &&
          current.id !== pending &&
          (pending === undefined || pending === pendingRotation?.token)
        );
      default:
        return true;
    }
  }

  function inService(current: Step, SecretId: string): void {
    const put = (VersionStages: string[], versionId: string, SecretString: string) =>
      manager.call('PutSecretValue', {
        SecretId,
        ClientRequestToken: versionId,
        SecretString,
        VersionStages,
      });
    switch (current.kind) {
      case 'put pending':
        return void put(['AWSPENDING'], current.id, current.value);
      case 'put own':
        return void put(['mine'], current.id, current.value);
      case 'put current':
        return void put(['AWSCURRENT'], current.id, current.value);
      case 'start rotation':
        manager.call('RotateSecret', {
          SecretId,
          ClientRequestToken: current.id,
          RotationLambdaARN: 'rotate',
        });
        return void manager.call('CancelRotateSecret', { SecretId });
      case 'cancel rotation':
        return void manager.call('CancelRotateSecret', { SecretId });
      case 'delete and restore':
        manager.call('DeleteSecret', { SecretId });
        expect(() => manager.call('GetSecretValue', { SecretId })).toThrow('marked for deletion');
        expect(() => put(['mine'], '9'.repeat(32), 'a')).toThrow('marked for deletion');
        return void manager.call('RestoreSecret', { SecretId });
      case 'move':
        return void manager.call('UpdateSecretVersionStage', {
          SecretId,
          VersionStage: current.label,
          RemoveFromVersionId: current.from,
          MoveToVersionId: current.to,
        });
    }
  }

  async function inMemory(current: Step, store: InMemorySecretStore, secretId: string) {
    switch (current.kind) {
      case 'put pending': {
        const text = new Sensitive(current.value);
        const result = await store.putPending({ secretId, versionId: current.id, text });
        return result === 'stored';
      }
      case 'put own':
        store.putVersion({
          secretId,
          versionId: current.id,
          value: current.value,
          labels: ['mine'],
        });
        return true;
      case 'put current':
        store.putCurrent({ secretId, versionId: current.id, value: current.value });
        return true;
      case 'start rotation':
        store.stagePending({ secretId, versionId: current.id });
        return true;
      case 'cancel rotation':
      case 'delete and restore':
        // The store knows neither; what it holds must not change by them.
        return true;
      case 'move': {
        const { label, from, to } = current;
        return store.moveLabel({ secretId, label, from, to }).then(
          () => true,
          (error: unknown) => {
            if (KeyturnError.is(error)) return false;
            throw error;
          },
        );
      }
    }
  }

  it('agree on labels, values and refusals after any sequence of operations', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const name = `secret-${(secrets += 1)}`;
        const store = new InMemorySecretStore();
        const first = '0'.repeat(32);
        store.addSecret({ secretId: name, current: { versionId: first, value: 'first' } });
        const request = { Name: name, ClientRequestToken: first, SecretString: 'first' };
        manager.call('CreateSecret', request);

        for (const current of steps) {
          if (!expressible(current, name)) continue;
          let accepted = true;
          try {
            inService(current, name);
          } catch (error) {
            if (!(error instanceof ServiceError)) throw error;
            accepted = false;
          }
          expect(await inMemory(current, store, name)).toBe(accepted);
          expect(labelsOf(name)).toEqual(store.labels(name));
        }
        for (const version of secretOf(name)?.versions ?? []) {
          const text = version.value?.kind === 'string' ? version.value.text : undefined;
          expect(store.text(name, version.id)).toBe(text);
        }
        manager.call('DeleteSecret', { SecretId: name, ForceDeleteWithoutRecovery: true });
      }),
      { numRuns: 300 },
    );
  });
});
