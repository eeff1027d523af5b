import { RedshiftAdmin } from '@keyturn/adapters-redshift';
import { AWSPENDING, Sensitive, type DatabaseAddress, type VersionId } from '@keyturn/core';
import { ServiceError, type Secret } from '@keyturn/testkit';
import { ManualClock } from '@keyturn/testkit/fakes';
import { uniqueName } from '@keyturn/testkit/postgres';
import type { Cut } from './cutting-proxy.js';
import { startCuttingProxy, type CuttingProxy } from './cutting-proxy.js';
import type { WorldSource } from '../proofs/single-faults.js';
import { prepare } from './prepare.js';
import { IDLE_FUNCTION, type RealFixture } from './real-fixture.js';
import { tokenOf } from './tokens.js';
import type { Picture, SeenVersion, World } from './world.js';

const PATIENCE = { connectTimeoutMs: 10_000, statementTimeoutMs: 10_000 };

/** A secret of a user in a real Postgres, kept in a local Secrets Manager, over the adapters that are shipped. */
export class RealWorld implements World {
  readonly secretId = uniqueName('flock');
  readonly clock = new ManualClock();
  readonly database = new RedshiftAdmin({ tls: { mode: 'disable' } });
  readonly #fixture: RealFixture;
  readonly #proxy: CuttingProxy;
  readonly #user = uniqueName('sheep');
  /** Of its own, since Postgres refuses concurrent grants on the same object. */
  readonly #schema = uniqueName('meadow');
  readonly #superuserSecret = uniqueName('shepherd');

  private constructor(fixture: RealFixture, proxy: CuttingProxy) {
    this.#fixture = fixture;
    this.#proxy = proxy;
  }

  /** Makes the user, its permissions and both secrets. All connections but those of `look` go through a proxy of its own. */
  static async open(fixture: RealFixture): Promise<RealWorld> {
    const proxy = await startCuttingProxy(fixture.server);
    const world = new RealWorld(fixture, proxy);
    await world.#create();
    return world;
  }

  get store(): RealFixture['store'] {
    return this.#fixture.store;
  }

  /** Connections that are open now. */
  get openConnections(): number {
    return this.#proxy.open;
  }

  cut(cut: Cut): () => boolean {
    return this.#proxy.arm(cut);
  }

  async stage(token: VersionId): Promise<boolean> {
    const { manager } = this.#fixture;
    try {
      manager.call('RotateSecret', {
        SecretId: this.secretId,
        ClientRequestToken: token,
        RotationLambdaARN: IDLE_FUNCTION,
        RotationRules: { AutomaticallyAfterDays: 1_000 },
      });
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'InvalidRequestException') return false;
      throw error;
    }
    await manager.waitForRotation(this.secretId);
    return true;
  }

  async clearPending(): Promise<void> {
    const holder = this.#secret().versions.find(({ labels }) => labels.includes(AWSPENDING));
    if (holder === undefined) return;
    this.#fixture.manager.call('UpdateSecretVersionStage', {
      SecretId: this.secretId,
      VersionStage: AWSPENDING,
      RemoveFromVersionId: holder.id,
    });
  }

  async settle(): Promise<void> {
    const holder = this.#secret().versions.find(({ labels }) => labels.includes(AWSPENDING));
    if (holder?.labels.includes('AWSCURRENT')) await this.clearPending();
  }

  async look(): Promise<Picture> {
    const { host, port } = this.#fixture.server;
    const address: DatabaseAddress = { host, port, database: this.#fixture.database.name };
    const seen = this.#secret().versions.map(
      async ({ id, labels, value }): Promise<SeenVersion[]> => {
        if (value?.kind !== 'string') return [];
        const { username = '', password = '' } = JSON.parse(value.text) as Record<string, string>;
        const credential = { user: username, password: new Sensitive(password) };
        const outcome = await this.database.signIn({ address, ...credential, ...PATIENCE });
        if (outcome.kind === 'accepted') await outcome.session.close();
        return [{ versionId: id, labels, user: username, signsIn: outcome.kind === 'accepted' }];
      },
    );
    return (await Promise.all(seen)).flat();
  }

  async samePermissions(): Promise<boolean> {
    const missing = await this.#fixture.database.query(`
      select rolname from pg_roles
      where rolname like '${this.#user}%'
        and not (has_schema_privilege(oid, '${this.#schema}', 'usage')
          and has_table_privilege(oid, '${this.#schema}.grass', 'select'))`);
    return missing.length === 0;
  }

  /** Removes users and secrets. */
  async close(): Promise<void> {
    const { manager, database } = this.#fixture;
    await this.#proxy.close();
    for (const SecretId of [this.secretId, this.#superuserSecret]) {
      manager.call('DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true });
    }
    // In one message: each query has a connection of its own, which costs more than what it does.
    await database.query(`
      drop schema ${this.#schema} cascade;
      do $$
      declare leftover name;
      begin
        for leftover in select rolname from pg_roles where rolname like '${this.#user}%' loop
          execute format('drop owned by %I; drop role %I', leftover, leftover);
        end loop;
      end $$`);
  }

  async #create(): Promise<void> {
    const { manager, database, server } = this.#fixture;
    await database.query(`
      create schema ${this.#schema};
      create table ${this.#schema}.grass (id int);
      create user "${this.#user}" password 'Baaaaaa1';
      grant usage on schema ${this.#schema} to "${this.#user}";
      grant select on ${this.#schema}.grass to "${this.#user}"`);
    const where = {
      engine: 'redshift',
      host: server.host,
      port: this.#proxy.port,
      dbname: database.name,
    };
    const create = (Name: string, token: string, fields: Record<string, string>): void => {
      manager.call('CreateSecret', {
        Name,
        ClientRequestToken: tokenOf(token),
        SecretString: JSON.stringify({ ...where, ...fields }),
      });
    };
    create(this.#superuserSecret, 'boss', { ...server.superuser });
    create(this.secretId, 'first', {
      username: this.#user,
      password: 'Baaaaaa1',
      masterarn: this.#superuserSecret,
    });
  }

  #secret(): Secret {
    const { manager } = this.#fixture;
    const secret = manager.state()[manager.region]?.find(({ name }) => name === this.secretId);
    if (secret === undefined) throw new TypeError('the secret is gone');
    return secret;
  }
}

/** Worlds on a fixture where the rotation in question begins; for the explorations. */
export function openRealWorlds(fixture: RealFixture): WorldSource {
  return async (strategy, rotation) => async () =>
    prepare(await RealWorld.open(fixture), strategy, rotation);
}
