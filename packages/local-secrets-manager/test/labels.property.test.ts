import fc from 'fast-check';
import { type LocalSecretsManager, ServiceError, startSecretsManager } from '../src/index.js';
import { emptyOracle, oracleMove, oraclePut, oracleStages } from './label-oracle.js';

const LABELS = ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS', 'mine', 'other'];
const id = fc.integer({ min: 1, max: 5 }).map((n) => String(n).repeat(32));
const label = fc.constantFrom(...LABELS);

const put = fc.record({
  kind: fc.constant('put' as const),
  id,
  value: fc.constantFrom('a', 'b'),
  labels: fc.option(fc.uniqueArray(label, { minLength: 1 }), { nil: undefined }),
});
const move = fc.record({
  kind: fc.constant('move' as const),
  label,
  from: fc.option(id, { nil: undefined }),
  to: fc.option(id, { nil: undefined }),
});

describe('labels under any sequence of puts and moves', () => {
  let manager: LocalSecretsManager;
  let secrets = 0;

  beforeAll(async () => {
    manager = await startSecretsManager();
  });
  afterAll(() => manager.close());

  const describeIt = (SecretId: string) => {
    const described = manager.call('DescribeSecret', { SecretId });
    const stages = (described['VersionIdsToStages'] ?? {}) as Record<string, string[]>;
    return Object.fromEntries(
      Object.entries(stages).map(([version, labels]) => [version, labels.toSorted()]),
    );
  };

  const accepted = (operation: () => unknown): boolean => {
    try {
      operation();
      return true;
    } catch (error) {
      if (error instanceof ServiceError) return false;
      throw error;
    }
  };

  it('are where a second telling of the rules says, and a refusal changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(put, move), { maxLength: 25 }), (steps) => {
        const SecretId = `secret-${(secrets += 1)}`;
        manager.call('CreateSecret', { Name: SecretId, ClientRequestToken: '0'.repeat(32) });
        const oracle = emptyOracle();
        for (const step of steps) {
          const before = manager.state()['us-east-1']?.find(({ name }) => name === SecretId);
          const done = accepted(() =>
            step.kind === 'put'
              ? manager.call('PutSecretValue', {
                  SecretId,
                  ClientRequestToken: step.id,
                  SecretString: step.value,
                  VersionStages: step.labels,
                })
              : manager.call('UpdateSecretVersionStage', {
                  SecretId,
                  VersionStage: step.label,
                  RemoveFromVersionId: step.from,
                  MoveToVersionId: step.to,
                }),
          );
          const expected =
            step.kind === 'put'
              ? oraclePut(oracle, step.id, step.value, step.labels ?? ['AWSCURRENT'])
              : oracleMove(oracle, step.label, step.from, step.to);
          expect(done).toBe(expected);
          expect(describeIt(SecretId)).toEqual(oracleStages(oracle));
          if (done) continue;
          const after = manager.state()['us-east-1']?.find(({ name }) => name === SecretId);
          expect(after).toEqual(before);
        }
        for (const [version, value] of oracle.values) {
          const read = manager.call('GetSecretValue', { SecretId, VersionId: version });
          expect(read['SecretString']).toBe(value);
        }
        manager.call('DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true });
      }),
      { numRuns: 300 },
    );
  });

  it('leave exactly one current version from the first value on', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(put, move), { maxLength: 25 }), (steps) => {
        const SecretId = `secret-${(secrets += 1)}`;
        const first = { SecretString: 'a', ClientRequestToken: '0'.repeat(32) };
        manager.call('CreateSecret', { Name: SecretId, ...first });
        for (const step of steps) {
          accepted(() =>
            step.kind === 'put'
              ? manager.call('PutSecretValue', {
                  SecretId,
                  ClientRequestToken: step.id,
                  SecretString: step.value,
                  VersionStages: step.labels,
                })
              : manager.call('UpdateSecretVersionStage', {
                  SecretId,
                  VersionStage: step.label,
                  RemoveFromVersionId: step.from,
                  MoveToVersionId: step.to,
                }),
          );
          const held = Object.values(describeIt(SecretId)).flat();
          expect(held.filter((one) => one === 'AWSCURRENT')).toHaveLength(1);
          expect(new Set(held).size).toBe(held.length);
          expect(manager.call('GetSecretValue', { SecretId })['SecretString']).toBeDefined();
        }
        manager.call('DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true });
      }),
      { numRuns: 100 },
    );
  });
});
