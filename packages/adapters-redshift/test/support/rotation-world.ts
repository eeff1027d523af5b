import {
  alternatingUsers,
  RotationEngine,
  ROTATION_STEPS,
  singleUser,
  type KeyturnError,
  type RotationSettings,
  type VerificationCheck,
} from '@keyturn/core';
import type { DatabaseAdmin } from '@keyturn/core/adapter';
import { InMemorySecretStore, RecordingObserver } from '@keyturn/testkit/fakes';
import { uniqueName } from '@keyturn/testkit/postgres';
import type { Client } from 'pg';
import { RedshiftAdmin } from '../../src/index.js';
import { run, shared, tls, type UsedDatabase } from './test-server.js';

const FIRST_PASSWORD = 'First-Password-1';
const token = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** The ways to rotate that the tests go through. */
export const WAYS = ['single user', 'single user in setSecret', 'alternating users'] as const;
export type Way = (typeof WAYS)[number];

/** How a world differs from the ordinary one. */
export interface WorldOptions {
  readonly way: Way;
  readonly settings?: RotationSettings;
  readonly checks?: readonly VerificationCheck[];
  readonly admin?: DatabaseAdmin;
}

/** One user and its rotations; database and sign-ins are real, the secret is in memory. */
export class RotationWorld {
  readonly user = uniqueName('cow');
  readonly observer = new RecordingObserver();
  readonly #store = new InMemorySecretStore();
  readonly #database: UsedDatabase;
  readonly #engine: RotationEngine;
  readonly #open: Client[] = [];
  #rotations = 0;

  constructor(database: UsedDatabase, { way, settings, checks, admin }: WorldOptions) {
    this.#database = database;
    const { host, port, name: dbname } = database;
    const place = { engine: 'redshift', host, port, dbname };
    this.#add('root', { ...place, ...shared.superuser });
    this.#add('cow', {
      ...place,
      username: this.user,
      password: FIRST_PASSWORD,
      masterarn: 'root',
    });
    const changeIn = way === 'single user' ? 'finishSecret' : 'setSecret';
    this.#engine = new RotationEngine({
      store: this.#store,
      database: admin ?? new RedshiftAdmin({ tls }),
      strategy: way === 'alternating users' ? alternatingUsers() : singleUser({ changeIn }),
      observer: this.observer,
      ...(settings && { settings }),
      ...(checks && { checks }),
    });
  }

  #add(secretId: string, value: object): void {
    const current = { versionId: token(0), value: JSON.stringify(value) };
    this.#store.addSecret({ secretId, rotationEnabled: true, current });
  }

  /** Runs statements as the superuser; `$U` is the user. */
  sql(statements: string): Promise<object[]> {
    return run(this.#database.client, statements.replaceAll('$U', this.user));
  }

  async makeUser(options = ''): Promise<void> {
    await this.sql(`CREATE USER $U PASSWORD '${FIRST_PASSWORD}' ${options}`);
  }

  /**
   * Goes as far as it can, as Secrets Manager would.
   * @param stepMs how long each step may take; default: as long as it does
   * @returns what stopped it
   */
  async tryToRotate(stepMs?: number): Promise<KeyturnError | undefined> {
    const versionId = token((this.#rotations += 1));
    this.#store.stagePending({ secretId: 'cow', versionId });
    for (const step of ROTATION_STEPS) {
      try {
        const deadline = stepMs === undefined ? {} : { deadline: Date.now() + stepMs };
        await this.#engine.run({ step, secretId: 'cow', versionId, ...deadline });
      } catch (error) {
        return error as KeyturnError;
      }
    }
    return undefined;
  }

  /** A whole rotation. */
  async rotate(): Promise<void> {
    const error = await this.tryToRotate();
    if (error !== undefined) throw error;
  }

  /** What AWSCURRENT holds. */
  get current(): { readonly username: string; readonly password: string } {
    const labels = Object.entries(this.#store.labels('cow'));
    const [version = ''] = labels.find(([, held]) => held.includes('AWSCURRENT')) ?? [];
    const text = this.#store.text('cow', version) ?? '{}';
    return JSON.parse(text) as { username: string; password: string };
  }

  /** Opens sessions with AWSCURRENT, as an application does. */
  async hold(count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      const { username, password } = this.current;
      this.#open.push(await this.#database.connect({ username, password }));
    }
  }

  /** Ends them. */
  async release(): Promise<void> {
    for (const client of this.#open.splice(0)) await client.end();
  }

  /** Whether AWSCURRENT signs in, once the application's sessions are closed. */
  async isAlive(): Promise<boolean> {
    await this.release();
    const { username, password } = this.current;
    for (let left = 20; ; left--) {
      try {
        await (await this.#database.connect({ username, password })).end();
        return true;
      } catch (error) {
        // A session that was closed just now may still count.
        if ((error as { code?: string }).code !== '53300' || left === 0) return false;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  async dispose(): Promise<void> {
    await this.release();
    const found = await this.sql(`SELECT rolname FROM pg_roles WHERE rolname LIKE '%$U%'`);
    for (const { rolname } of found as { rolname: string }[]) {
      await this.sql(`DROP OWNED BY "${rolname}" CASCADE; DROP ROLE "${rolname}"`);
    }
  }
}
