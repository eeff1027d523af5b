import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-secrets-manager';
import { type LocalSecretsManager, startSecretsManager } from '../../src/index.js';
import { type Call, loadRows, runRow } from './conformance.js';

const rows = loadRows();
let manager: LocalSecretsManager;
let client: sdk.SecretsManagerClient;

beforeAll(async () => {
  manager = await startSecretsManager({
    rotation: { attempts: 1 },
    functions: {
      rotates: join(__dirname, 'functions/rotates.mjs'),
      fails: join(__dirname, 'functions/fails.mjs'),
    },
  });
  const { endpoint, region } = manager;
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  client = new sdk.SecretsManagerClient({ endpoint, region, credentials, maxAttempts: 1 });
});

afterAll(async () => {
  client.destroy();
  await manager.close();
});

/** The wire itself: status codes and the exact JSON. */
const overHttp: Call = async (operation, input) => {
  const response = await fetch(manager.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `secretsmanager.${operation}`,
    },
    body: JSON.stringify(input),
  });
  const body = (await response.json()) as Record<string, unknown>;
  if (response.status === 200) return { answer: body };
  if (response.status !== 400) throw new Error(`HTTP status ${response.status}`);
  return { code: String(body['__type']), message: String(body['Message'] ?? body['message']) };
};

/** The official SDK, whose view of the answer is put back into the terms of the table. */
const throughSdk: Call = async (operation, { SecretBinary, ...input }) => {
  const Command = sdk[`${operation}Command` as 'GetSecretValueCommand'];
  const bytes = typeof SecretBinary === 'string' ? Buffer.from(SecretBinary, 'base64') : undefined;
  try {
    const answer = await client.send(
      new Command({ ...input, ...(bytes && { SecretBinary: bytes }) } as never),
    );
    const { $metadata: _, ...fields } = answer as unknown as Record<string, unknown>;
    return { answer: plain(fields) as Record<string, unknown> };
  } catch (error) {
    if (!(error instanceof sdk.SecretsManagerServiceException)) throw error;
    return { code: error.name, message: error.message };
  }
};

function plain(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(entries.map(([key, entry]) => [key, plain(entry)]));
}

const clients: readonly (readonly [string, Call])[] = [
  ['http', overHttp],
  ['sdk-js', throughSdk],
];

describe.each(clients)('the conformance table through %s', (clientName, call) => {
  const expressible = rows.filter((row) => row.clients?.includes(clientName) ?? true);
  it.each(expressible.map((row, index) => [row.name, row.evidence, row, index] as const))(
    '%s (evidence %s)',
    async (_name, _evidence, row, index) => {
      await runRow(row, `${clientName}-${index}`, call);
    },
  );
});
