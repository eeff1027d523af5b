import { parseDatabaseSecret, type DatabaseSecret } from '../domain/database-secret.js';
import { MOST_UNLABELLED, mayBeTried } from '../domain/decide-login.js';
import { decidePending } from '../domain/decide-pending.js';
import type { Obstacle, VersionFacts } from '../domain/diagnosis/diagnosis-facts.js';
import { isRefusal, type Refusal } from '../domain/refusal.js';
import { versionWith, type SecretDescription } from '../domain/secret-description.js';
import type { Sensitive } from '../domain/sensitive.js';
import { AWSCURRENT, AWSPENDING, AWSPREVIOUS } from '../domain/staging-label.js';
import { serverFinder, type ServerFinder } from '../engine/locate-server.js';
import { otherSecretReader, type OtherSecretReader } from '../engine/read-other-secrets.js';
import { redactError } from '../engine/redact-error.js';
import { ServerBook } from '../engine/server-book.js';
import { TimeBudget } from '../engine/time-budget.js';
import { KeyturnError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { DatabaseAdmin } from '../ports/database-admin.js';
import type { EndpointLocator } from '../ports/endpoint-locator.js';
import type { SecretStore, StoredValue } from '../ports/secret-store.js';
import type { ResolvedSettings } from '../domain/rotation-settings.js';

/** What the credentials of a secret are read and tried with. */
export interface ReaderParts {
  readonly store: SecretStore;
  readonly database: DatabaseAdmin;
  readonly settings: ResolvedSettings;
  readonly clock: Clock;
  readonly locator?: EndpointLocator | undefined;
  readonly secretId: string;
}

/** A version and, where its value is fit, what it holds. */
export interface ReadVersion {
  readonly facts: VersionFacts;
  readonly secret?: DatabaseSecret;
}

/** Reads the versions of one secret and tries their credentials, as a rotation would. Writes nothing. */
export class DiagnosisReader {
  readonly parts: ReaderParts;
  /** Every secret seen, to be hidden from messages. */
  readonly secrets = new Set<Sensitive>();
  readonly blindSpots: string[] = [];
  /** Reads another secret, such as the superuser's, once. */
  readonly readSecret: OtherSecretReader;
  /** Finds the server of another secret by its tags, once. */
  readonly findServer: ServerFinder;
  /** What kept a sign-in from being tried at all, if anything has; nothing is tried after it. */
  problem: KeyturnError | undefined;

  constructor(parts: ReaderParts) {
    this.parts = parts;
    this.readSecret = otherSecretReader(parts.store, this.secrets);
    const timeoutMs = (): number => this.connection().connectTimeoutMs;
    const find = serverFinder({ ...parts, timeoutMs });
    this.findServer = new ServerBook().remember(parts.secretId, find);
  }

  /** The AWSCURRENT credential; undefined where there is no value. */
  async readCurrent(): Promise<DatabaseSecret | Refusal | undefined> {
    const { store, secretId } = this.parts;
    const value = await store.readValue({ secretId, label: AWSCURRENT });
    return value && this.#parse(value, 'the AWSCURRENT version');
  }

  /** Labelled versions first: current, pending, previous; then the newest others, as far as they may be tried. */
  async readVersions(
    secret: SecretDescription,
    current: DatabaseSecret,
    nextUser: string,
  ): Promise<readonly ReadVersion[]> {
    const summaries = await this.#listVersions(secret);
    const byLabel = [AWSCURRENT, AWSPENDING, AWSPREVIOUS].map((label) =>
      versionWith(secret, label),
    );
    const ranked = [
      ...byLabel.flatMap((id) => summaries.filter(({ versionId }) => versionId === id)),
      ...summaries.filter(({ versionId }) => !byLabel.includes(versionId)),
    ];
    const unique = [...new Map(ranked.map((each) => [each.versionId, each])).values()];
    const most = byLabel.filter((id) => id !== undefined).length + MOST_UNLABELLED;
    return Promise.all(
      unique.slice(0, most).map((summary) => this.#readVersion(summary, current, nextUser)),
    );
  }

  /** Tries one version's credential at the current address, unless something keeps everybody out. */
  async trySignIn(version: ReadVersion, current: DatabaseSecret): Promise<ReadVersion> {
    const { facts, secret } = version;
    if (facts.value !== 'fit' || secret === undefined || this.problem) return version;
    const { username: user, password } = secret;
    try {
      const outcome = await this.parts.database.signIn({
        address: current.address,
        user,
        password,
        ...this.connection(),
      });
      if (outcome.kind === 'accepted') await outcome.session.close();
      return { secret, facts: { ...facts, signIn: outcome.kind } };
    } catch (error) {
      this.problem = redactError(error, this.secrets);
      return version;
    }
  }

  /** How long connections and statements may take. */
  connection() {
    const { clock, settings } = this.parts;
    return new TimeBudget(clock, undefined, settings).forConnection();
  }

  async #listVersions(secret: SecretDescription): Promise<readonly Listed[]> {
    const { store, secretId } = this.parts;
    try {
      return await store.listVersions({ secretId });
    } catch (error) {
      if (!KeyturnError.is(error, 'KEYTURN_STORE_ACCESS_DENIED')) throw error;
      this.blindSpots.push(`Unlabelled versions could not be looked at: ${error.message}`);
      return [...secret.labels].map(([versionId, labels]) => ({ versionId, labels }));
    }
  }

  async #readVersion(
    { versionId, labels, createdAt }: Listed,
    current: DatabaseSecret,
    nextUser: string,
  ): Promise<ReadVersion> {
    const { store, secretId } = this.parts;
    const base = {
      versionId,
      labels,
      signIn: 'not-tried' as const,
      ...(createdAt !== undefined && createdAt > 0 && { createdAt }),
    };
    const value = await store.readValue({ secretId, versionId });
    if (value === undefined) return { facts: { ...base, value: 'absent' } };
    const secret = this.#parse(value, `version ${versionId}`);
    if (isRefusal(secret)) {
      return { facts: { ...base, value: 'unfit', reason: secret.message } };
    }
    const user = secret.username;
    const reason =
      labels.has(AWSPENDING) && !labels.has(AWSCURRENT)
        ? reasonAgainstPending(current, secret, nextUser)
        : mayBeTried(secret, current, [current.username, nextUser])
          ? undefined
          : 'It names another user or server.';
    if (reason !== undefined) return { facts: { ...base, user, value: 'unfit', reason } };
    return { secret, facts: { ...base, user, value: 'fit' } };
  }

  #parse(value: StoredValue, what: string): DatabaseSecret | Refusal {
    if (value.kind === 'binary') {
      return {
        kind: 'refused',
        code: 'KEYTURN_INVALID_SECRET',
        field: 'SecretBinary',
        message: `The value of ${what} is binary.`,
        remedy: 'Store it as SecretString, a JSON object.',
      };
    }
    this.secrets.add(value.text);
    const secret = parseDatabaseSecret(value.text, this.parts.database.profile, what);
    if (!isRefusal(secret)) this.secrets.add(secret.password);
    return secret;
  }
}

interface Listed {
  readonly versionId: string;
  readonly labels: ReadonlySet<string>;
  readonly createdAt?: number;
}

function reasonAgainstPending(
  current: DatabaseSecret,
  pending: DatabaseSecret,
  nextUser: string,
): string | undefined {
  const verdict = decidePending(current, pending, nextUser, 'setSecret');
  return isRefusal(verdict) ? verdict.message : undefined;
}

const CAUSES: Partial<Record<string, Obstacle['cause']>> = {
  KEYTURN_DATABASE_UNREACHABLE: 'tcp',
  KEYTURN_DATABASE_CONNECTION_LOST: 'tcp',
  KEYTURN_DATABASE_TIMEOUT: 'timeout',
  KEYTURN_DATABASE_TLS: 'tls',
};

/** The problem as a diagnosis has it. */
export function obstacleOf(error: KeyturnError): Obstacle {
  const { code } = (error.cause ?? {}) as { code?: unknown };
  const unresolved = code === 'ENOTFOUND' || code === 'EAI_AGAIN';
  const cause = unresolved ? 'dns' : (CAUSES[error.code] ?? 'refused');
  return { cause, message: error.message };
}
