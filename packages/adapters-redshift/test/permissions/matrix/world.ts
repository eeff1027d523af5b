import {
  alternatingUsers,
  RotationEngine,
  type DiagnoseOptions,
  type RotationSettings,
} from '@keyturn/core';
import type { DatabaseAdmin } from '@keyturn/core/adapter';
import { InMemorySecretStore, RecordingObserver } from '@keyturn/testkit/fakes';
import { uniqueName } from '@keyturn/testkit/postgres';
import { RedshiftAdmin } from '../../../src/index.js';
import { run, shared, tls, type UsedDatabase } from '../../support/test-server.js';

const FIRST_PASSWORD = 'First-Password-1';
const token = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A user, its clone to be, and rotations of the pair; databases and sign-ins are real, the secret is in memory. */
export class PermissionWorld {
  readonly user = uniqueName('sheep');
  readonly clone = `${this.user}_clone`;
  readonly observer = new RecordingObserver();
  readonly #store = new InMemorySecretStore();
  readonly #database: UsedDatabase;
  readonly #engine: RotationEngine;
  readonly #parts: Omit<DiagnoseOptions, 'secretId'>;
  #rotations = 0;

  constructor(
    database: UsedDatabase,
    settings: RotationSettings = {},
    admin: DatabaseAdmin = new RedshiftAdmin({ tls }),
    boss: { readonly username: string; readonly password: string } = shared.superuser,
  ) {
    this.#database = database;
    const { host, port, name: dbname } = database;
    const place = { engine: 'redshift', host, port, dbname };
    const superuser = JSON.stringify({ ...place, ...boss });
    this.#store.addSecret({
      secretId: 'root',
      current: { versionId: token(999), value: superuser },
    });
    const value = { ...place, username: this.user, password: FIRST_PASSWORD, masterarn: 'root' };
    this.#store.addSecret({
      secretId: 'sheep',
      rotationEnabled: true,
      current: { versionId: token(0), value: JSON.stringify(value) },
    });
    const strategy = alternatingUsers();
    this.#parts = { store: this.#store, database: admin, strategy, settings };
    this.#engine = new RotationEngine({ ...this.#parts, observer: this.observer });
  }

  /** Runs statements as the superuser; `$U` is the user, `$C` the clone. */
  sql(statements: string): Promise<object[]> {
    return run(this.#database.client, this.named(statements));
  }

  /** Direct permissions on tables, and memberships, of a user such as `$U`. */
  permissionsOf(user: string): Promise<object[]> {
    return this.sql(
      `SELECT relation_name || ' ' || privilege_type || ' ' || admin_option AS held
       FROM svv_relation_privileges WHERE identity_type = 'user' AND identity_name = '${user}'
       UNION ALL SELECT groname FROM pg_group, pg_user WHERE usesysid = ANY (grolist) AND usename = '${user}'
       ORDER BY held`,
    );
  }

  named(text: string): string {
    return text.replaceAll('$U', this.user).replaceAll('$C', this.clone);
  }

  async makeUser(): Promise<void> {
    await this.sql(`CREATE USER $U PASSWORD '${FIRST_PASSWORD}'`);
  }

  /** What `doctor` and the plan of permissions are run with. */
  options(): DiagnoseOptions {
    return { ...this.#parts, secretId: 'sheep' };
  }

  /** A whole rotation, as Secrets Manager runs it. */
  async rotate(): Promise<void> {
    const versionId = token((this.#rotations += 1));
    this.#store.stagePending({ secretId: 'sheep', versionId });
    for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const) {
      await this.#engine.run({ step, secretId: 'sheep', versionId });
    }
  }

  /** Signs in with the current credential, or another's of the pair, and tries a statement: `done`, or what was said against it. */
  async tries(statement: string, of: UsedDatabase = this.#database): Promise<string> {
    const { username, password } = JSON.parse(
      this.#store.text('sheep', token(this.#rotations)) ?? '{}',
    ) as { username: string; password: string };
    const client = await of.connect({ username, password });
    try {
      await client.query(`BEGIN; ${this.named(statement)}; ROLLBACK`);
      return 'done';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      await client.end();
    }
  }

  async dispose(): Promise<void> {
    // Users, groups and roles belong to the whole server; all that the checks make are named after the user.
    const found = await this.sql(`SELECT rolname FROM pg_roles WHERE rolname LIKE '%$U%'`);
    for (const { rolname } of found as { rolname: string }[]) {
      await this.sql(`DROP OWNED BY "${rolname}" CASCADE; DROP ROLE "${rolname}"`);
    }
  }
}
