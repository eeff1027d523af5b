import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { Client } from 'pg';

/** What can be seen of a secret at one moment. */
export interface Observation {
  readonly versions: readonly ObservedVersion[];
}

/** One labelled version, and whether its credential signs in at this moment. */
export interface ObservedVersion {
  readonly version: string;
  readonly labels: readonly string[];
  /** Undefined while the version has no value. */
  readonly user?: string;
  /** `no value yet` before createSecret; the other two are the server's own answer. */
  readonly signIn: 'accepted' | 'refused' | 'no value yet';
}

interface Credential {
  readonly host: string;
  readonly port: number;
  readonly dbname: string;
  readonly username: string;
  readonly password: string;
}

/** A TLS setting of `pg`; undefined for a server without TLS. */
export type Tls = { readonly ca: string; readonly host: string } | undefined;

const REFUSED_PASSWORD = '28P01';

/** Reads the labels and tries every credential that carries one, by really signing in. */
export async function observe(
  client: SecretsManagerClient,
  secretId: string,
  tls: Tls,
): Promise<Observation> {
  const { VersionIdsToStages = {} } = await client.send(
    new DescribeSecretCommand({ SecretId: secretId }),
  );
  const versions = await Promise.all(
    Object.entries(VersionIdsToStages).map(async ([version, labels]) => {
      const credential = await readCredential(client, secretId, version);
      if (credential === undefined) {
        return { version, labels: labels.sort(), signIn: 'no value yet' as const };
      }
      const accepted = await withSignIn(credential, tls, () => Promise.resolve(true));
      const signIn = accepted === true ? ('accepted' as const) : ('refused' as const);
      return { version, labels: labels.sort(), user: credential.username, signIn };
    }),
  );
  return { versions: versions.sort((a, b) => rank(a) - rank(b)) };
}

/** What one query gives the user of the current version, as text; undefined where it cannot sign in. */
export async function queryAsCurrent(
  client: SecretsManagerClient,
  secretId: string,
  tls: Tls,
  sql: string,
): Promise<string | undefined> {
  const { SecretString = '{}' } = await client.send(
    new GetSecretValueCommand({ SecretId: secretId }),
  );
  return withSignIn(JSON.parse(SecretString) as Credential, tls, async (session) => {
    const { rows } = await session.query<{ answer: string }>(sql);
    return rows[0]?.answer;
  });
}

async function readCredential(
  client: SecretsManagerClient,
  secretId: string,
  version: string,
): Promise<Credential | undefined> {
  try {
    const { SecretString = '{}' } = await client.send(
      new GetSecretValueCommand({ SecretId: secretId, VersionId: version }),
    );
    return JSON.parse(SecretString) as Credential;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

async function withSignIn<T>(
  { host, port, dbname, username, password }: Credential,
  tls: Tls,
  work: (session: Client) => Promise<T>,
): Promise<T | undefined> {
  const session = new Client({
    host,
    port,
    database: dbname,
    user: username,
    password,
    ssl: tls ?? false,
  });
  try {
    await session.connect();
    return await work(session);
  } catch (error) {
    if ((error as { code?: string }).code === REFUSED_PASSWORD) return undefined;
    throw error;
  } finally {
    await session.end().catch(() => undefined);
  }
}

const ORDER = ['AWSPREVIOUS', 'AWSCURRENT', 'AWSPENDING'];

function rank({ labels }: ObservedVersion): number {
  return Math.min(...labels.map((label) => ORDER.indexOf(label)));
}
