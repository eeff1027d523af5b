import { AWSCURRENT, AWSPENDING, type DatabaseAddress, type Permission } from '@keyturn/core';
import {
  InMemoryDatabase,
  InMemorySecretStore,
  ManualClock,
  type InMemoryDatabaseState,
  type InMemorySecretStoreState,
} from '@keyturn/testkit/fakes';
import { prepare, type WhichRotation } from './prepare.js';
import { tokenOf } from './tokens.js';
import type { NamedStrategy, Picture, SeenVersion, World } from './world.js';

const SUPERUSER_SECRET = 'shepherd';
const USER = 'sheep';

const PERMISSIONS: readonly Permission[] = [
  { kind: 'schema', schema: 'meadow', privilege: 'USAGE', grantable: false },
  { kind: 'relation', schema: 'meadow', relation: 'grass', privilege: 'SELECT', grantable: true },
  { kind: 'group', group: 'grazers', grantable: false },
];

/** All of a {@link MemoryWorld} but the clock. */
export interface MemorySnapshot {
  readonly store: InMemorySecretStoreState;
  readonly database: InMemoryDatabaseState;
}

/** A world in memory: nothing in it takes time, and its state can be kept and taken up again. */
export class MemoryWorld implements World {
  readonly secretId: string;
  readonly clock = new ManualClock();
  readonly store = new InMemorySecretStore({ now: () => this.clock.now() });
  readonly database = new InMemoryDatabase();
  readonly #address: DatabaseAddress;

  /** A secret of one user that was never rotated, or a world as it was. */
  constructor(snapshot?: MemorySnapshot, secretId = 'flock') {
    this.secretId = secretId;
    const { store, database } = this;
    this.#address = database.addServer({ host: 'meadow.example', port: 5439 });
    if (snapshot !== undefined) {
      store.restore(snapshot.store);
      database.restore(snapshot.database);
      return;
    }
    const shepherd = { username: 'shepherd', password: 'Whistle1' };
    database.putUser(this.#address, { name: 'shepherd', password: 'Whistle1', superuser: true });
    store.addSecret({
      secretId: SUPERUSER_SECRET,
      current: { versionId: tokenOf('boss'), value: this.#secretOf(shepherd) },
    });
    const sheep = { username: USER, password: 'Baaaaaa1', masterarn: SUPERUSER_SECRET };
    database.putUser(this.#address, { name: USER, password: 'Baaaaaa1' });
    database.grant(this.#address, USER, PERMISSIONS);
    store.addSecret({
      secretId,
      current: { versionId: tokenOf('first'), value: this.#secretOf(sheep) },
    });
  }

  /** The state without the log of sign-ins, which grows and decides nothing. */
  snapshot(): MemorySnapshot {
    const { servers } = this.database.snapshot();
    return { store: this.store.snapshot(), database: { servers, signIns: [] } };
  }

  async stage(token: string): Promise<boolean> {
    const { versions } = this.#secret();
    const pending = versions.find(({ labels }) => labels.includes(AWSPENDING));
    if (pending !== undefined && !pending.labels.includes(AWSCURRENT)) return false;
    this.store.stagePending({ secretId: this.secretId, versionId: token });
    return true;
  }

  async clearPending(): Promise<void> {
    this.store.removeLabel(this.secretId, AWSPENDING);
  }

  async settle(): Promise<void> {
    this.store.completeRotation(this.secretId);
  }

  async look(): Promise<Picture> {
    return this.lookNow();
  }

  lookNow(): Picture {
    return this.#secret().versions.flatMap(({ versionId, labels, value }): SeenVersion[] => {
      if (value?.kind !== 'text') return [];
      const { username, password } = JSON.parse(value.text) as Record<string, string>;
      const user = username ?? '';
      const signsIn = this.database.accepts(this.#address, user, password ?? '');
      return [{ versionId, labels, user, signsIn }];
    });
  }

  async samePermissions(): Promise<boolean> {
    const { users } = this.database.server(this.#address);
    const named = new Set(this.lookNow().map(({ user }) => user));
    const permissions = [...named].map((name) => {
      const user = users[name];
      return JSON.stringify([user?.clusterWide, user?.inDatabase]);
    });
    return permissions.every((held) => held === permissions[0]);
  }

  #secret(): InMemorySecretStoreState[string] {
    const secret = this.store.snapshot()[this.secretId];
    if (secret === undefined) throw new TypeError('the secret is gone');
    return secret;
  }

  #secretOf(fields: Record<string, string>): string {
    const { host, port, database } = this.#address;
    return JSON.stringify({ engine: 'redshift', host, port, dbname: database, ...fields });
  }
}

/** Worlds in memory where the rotation in question begins; for the explorations. */
export async function openMemoryWorlds(
  strategy: NamedStrategy,
  rotation: WhichRotation,
): Promise<() => Promise<MemoryWorld>> {
  const start = (await prepare(new MemoryWorld(), strategy, rotation)).snapshot();
  return async () => new MemoryWorld(start);
}
