import { type LocalSecretsManager, startSecretsManager, valueOnlyRotation } from '../src/index.js';
import { createFunctionRegistry } from '../src/rotation/function-registry.js';
import { createRotationDriver } from '../src/rotation/rotation-driver.js';
import { manualClock } from '../src/runtime/clock.js';
import { seededRandom } from '../src/runtime/random.js';
import { createRecentList } from '../src/runtime/recent-list.js';
import { createRegionStore } from '../src/runtime/region-store.js';
import { createService, type Service } from '../src/runtime/service.js';

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:rotate';
const TOKEN = 'a'.repeat(32);
const MANY = 200;

describe('13: What the local Secrets Manager keeps ends with what it is kept for', () => {
  let manager: LocalSecretsManager;
  beforeEach(async () => {
    manager = await startSecretsManager({
      functions: { [FUNCTION]: valueOnlyRotation(() => 'x') },
    });
  });
  afterEach(() => manager.close());

  const remove = (SecretId: string, region?: string) =>
    manager.call('DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true }, region);

  it('keeps nothing for a region in which somebody only looked', () => {
    countTrials(MANY);
    for (let each = 0; each < MANY; each += 1) {
      const region = `xx-made-up-${each}`;
      expect(() => manager.call('DescribeSecret', { SecretId: 'db' }, region)).toThrow();
      expect(manager.call('ListSecrets', {}, region)).toMatchObject({ SecretList: [] });
    }
    expect(Object.keys(manager.state())).toEqual([]);
  });

  it('keeps nothing for a region whose secrets are gone', () => {
    countTrials(MANY);
    for (let each = 0; each < MANY; each += 1) {
      const region = `xx-made-up-${each}`;
      manager.call(
        'CreateSecret',
        { Name: 'db', SecretString: 'one', ClientRequestToken: TOKEN },
        region,
      );
      expect(Object.keys(manager.state())).toEqual([region]);
      remove('db', region);
    }
    expect(Object.keys(manager.state())).toEqual([]);
  });

  it('keeps replaced secrets for lagging reads no longer than reads lag', () => {
    countTrials(MANY);
    const store = createRegionStore(() => 1000);
    const secret = (name: string) => ({ name }) as Parameters<typeof store.put>[0];
    for (let each = 0; each < MANY; each += 1) {
      store.put(secret(`db-${each}`), each);
      store.remove(`db-${each}`, each);
    }
    expect(store.isVoid(999)).toBe(false);
    // A write of any other name drops them, too.
    store.put(secret('other'), 5000);
    expect([...store.asOf(4500).all()]).toEqual([]);
    store.remove('other', 5000);
    expect(store.isVoid(5999)).toBe(false);
    expect(store.isVoid(6000)).toBe(true);
  });

  it('keeps the last audit events and no more', () => {
    const kept = 10_000;
    manager.call('CreateSecret', { Name: 'first', SecretString: 'one', ClientRequestToken: TOKEN });
    for (let each = 0; each <= kept / 2; each += 1) {
      manager.call('CreateSecret', { Name: 'db', SecretString: 'one', ClientRequestToken: TOKEN });
      remove('db');
    }
    expect(manager.auditLog().length).toBeLessThanOrEqual(kept);
  });

  it.each([1, 2, 3, 10])('keeps the last %d of a list in their order', (kept) => {
    const list = createRecentList<number>(kept);
    for (let each = 0; each < 100; each += 1) {
      list.add(each);
      const from = Math.max(0, each + 1 - kept);
      expect(list.entries()).toEqual(Array.from({ length: each + 1 - from }, (_, i) => from + i));
    }
  });

  it('keeps the report about a rotation as long as its secret', async () => {
    const random = seededRandom('reports');
    const functions = createFunctionRegistry({
      arnFor: (name) => name,
      environment: () => ({}),
      output: () => undefined,
    });
    functions.register(FUNCTION, async () => undefined);
    const driver = createRotationDriver({
      service: () => service,
      functions,
      random,
      pace: { attempts: 1, backoffMs: () => 0, functionTimeoutMs: 1000 },
      onStep: () => undefined,
    });
    const removed: string[] = [];
    const service: Service = createService({
      accountId: '123456789012',
      clock: manualClock(0),
      random,
      maxVersions: 100,
      canInvoke: () => true,
      onAudit: () => undefined,
      onChange: () => undefined,
      onStored: () => undefined,
      onRemoved: (arn) => {
        removed.push(arn);
        driver.forget(arn);
      },
      startRotation: driver.start,
      stopRotation: driver.stop,
    });
    const region = 'us-east-1';
    const create = (Name: string) => {
      const { ARN } = service.call(
        'CreateSecret',
        { Name, SecretString: 'one', ClientRequestToken: TOKEN },
        region,
      );
      const rotation = {
        ClientRequestToken: `${TOKEN}2`,
        RotationLambdaARN: FUNCTION,
        RotationRules: { AutomaticallyAfterDays: 30 },
      };
      service.call('RotateSecret', { SecretId: Name, ...rotation }, region);
      return ARN as string;
    };
    const gone = (SecretId: string) =>
      service.call('DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true }, region);

    const arn = create('ended');
    await driver.idle();
    expect(await driver.report(arn)).toMatchObject({ outcome: 'failed' });
    gone('ended');
    expect(driver.report(arn)).toBeUndefined();

    // The rotation ends after its secret did.
    const late = create('late');
    gone('late');
    await driver.idle();
    expect(removed).toEqual([arn, late]);
    expect(driver.report(late)).toBeUndefined();
  });
});
