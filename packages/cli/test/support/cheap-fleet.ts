import { valueOnlyRotation, type FunctionHandler } from '@keyturn/testkit';
import { uniqueName } from '@keyturn/testkit/postgres';
import type { CliFixture } from './cli-fixture.js';

/** Secrets that rotate without a database, under a prefix of their own. */
export interface CheapFleet {
  /** For `--filter`. */
  readonly filter: string;
  readonly prefix: string;
  /** Adds one; the more so with another host, or without rotation. */
  add(name: string, more?: { readonly host?: string; readonly rotated?: boolean }): void;
  addMany(count: number, more?: { readonly host?: string }): void;
  /** How often each secret has been rotated since it was added, by name without the prefix. */
  rotations(): Readonly<Record<string, number>>;
  /** The most rotations that were under way at once, of one host. */
  mostAtOnce(): number;
  /** What every further rotation waits for in setSecret. */
  slowDown(wait: (name: string) => Promise<unknown>): void;
}

export function cheapFleet({ manager }: CliFixture): CheapFleet {
  const prefix = `${uniqueName('fleet')}/`;
  const counts: Record<string, number> = {};
  const running = new Map<string, string>();
  let most = 0;
  let wait: (name: string) => Promise<unknown> = () => Promise.resolve();
  const rotate = valueOnlyRotation(manager);
  const nameOf = (arn: string) => arn.split(':secret:')[1]?.slice(prefix.length, -7) ?? '';
  const hosts = new Map<string, string>();
  const handler: FunctionHandler = async (event, context) => {
    const name = nameOf(event.SecretId);
    if (event.Step === 'createSecret') {
      running.set(name, hosts.get(name) ?? '');
      const ofHost = [...running.values()].filter((host) => host === hosts.get(name));
      most = Math.max(most, ofHost.length);
    }
    if (event.Step === 'setSecret') await wait(name);
    await rotate(event, context);
    if (event.Step === 'finishSecret') {
      running.delete(name);
      counts[name] = (counts[name] ?? 0) + 1;
    }
  };
  const functionArn = manager.registerFunction(prefix.replace('/', ''), handler);
  const add: CheapFleet['add'] = (name, { host = `${name}.example`, rotated = true } = {}) => {
    hosts.set(name, host);
    manager.call('CreateSecret', {
      Name: `${prefix}${name}`,
      ClientRequestToken: crypto.randomUUID(),
      SecretString: JSON.stringify({ host, password: 'first' }),
    });
    if (!rotated) return;
    // Stores the function and its schedule, and leaves the first rotation to the fleet.
    manager.call('RotateSecret', {
      SecretId: `${prefix}${name}`,
      ClientRequestToken: crypto.randomUUID(),
      RotationLambdaARN: functionArn,
      RotationRules: { AutomaticallyAfterDays: 30 },
      RotateImmediately: false,
    });
  };
  return {
    prefix,
    filter: `name=${prefix}`,
    add,
    addMany(count, more) {
      for (let n = 0; n < count; n++) add(`s${n}`, more);
    },
    rotations: () => ({ ...counts }),
    mostAtOnce: () => most,
    slowDown: (by) => void (wait = by),
  };
}
