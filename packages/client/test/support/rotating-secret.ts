import { InMemorySecretStore } from '@keyturn/testkit/fakes';
import { storeReader, type RotationKind, type SecretReader } from '@keyturn/client';
import type { FakeServer } from './fake-server.js';
import type { VirtualClock } from './virtual-clock.js';

/** A rotation's pace: the pauses between its steps, in milliseconds. */
export interface Pace {
  /** Between the pending value and the change in the database. */
  readonly beforeSetMs?: number;
  /** Between the change in the database and the move of AWSCURRENT. */
  readonly gapMs?: number;
  /** Until AWSPENDING is taken off. */
  readonly beforeEndMs?: number;
}

/** A secret and the server that it signs in to, rotated by hand. */
export class RotatingSecret {
  readonly secretId = 'orders';
  readonly store = new InMemorySecretStore();
  readonly #clock: VirtualClock;
  readonly #server: FakeServer;
  readonly #kind: RotationKind;
  #count = 1;

  constructor(clock: VirtualClock, server: FakeServer, kind: RotationKind) {
    this.#clock = clock;
    this.#server = server;
    this.#kind = kind;
    const { secretId } = this;
    server.setPassword('app', 'password-1');
    this.store.addSecret({ secretId, current: { versionId: 'v1', value: value('app', 1) } });
  }

  /** Reads it in no time, or with a lag per read. */
  reader(latencyMs = 0): SecretReader {
    const reader = storeReader(this.store);
    return {
      ...reader,
      read: async (request) => {
        await this.#clock.sleep(latencyMs / 2);
        const reading = await reader.read(request);
        await this.#clock.sleep(latencyMs / 2);
        return reading;
      },
    };
  }

  /** One rotation from createSecret to its end. */
  async rotate(pace: Pace = {}): Promise<void> {
    await this.begin(pace);
    await this.#clock.sleep(pace.gapMs ?? 0);
    await this.finish(pace);
  }

  /** Up to the change of the password, as a function that dies then. */
  async begin({ beforeSetMs = 0 }: Pace = {}): Promise<void> {
    const { secretId, store } = this;
    const versionId = `v${++this.#count}`;
    const user = this.#kind === 'single-user' || this.#count % 2 === 1 ? 'app' : 'app_clone';
    store.stagePending({ secretId, versionId });
    store.putVersion({
      secretId,
      versionId,
      value: value(user, this.#count),
      labels: ['AWSPENDING'],
    });
    await this.#clock.sleep(beforeSetMs);
    this.#server.setPassword(user, `password-${this.#count}`);
  }

  async finish({ beforeEndMs = 0 }: Pace = {}): Promise<void> {
    const { secretId, store } = this;
    const from = `v${this.#count - 1}`;
    await store.moveLabel({ secretId, label: 'AWSCURRENT', from, to: `v${this.#count}` });
    await this.#clock.sleep(beforeEndMs);
    store.completeRotation(secretId);
  }
}

export function value(username: string, count: number): string {
  return JSON.stringify({
    engine: 'redshift',
    host: 'db.example.com',
    port: 5439,
    dbname: 'dev',
    username,
    password: `password-${count}`,
  });
}
