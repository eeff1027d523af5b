import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LocalSecretsManager } from '@keyturn/testkit';

/** A stand-in for the AWS Parameters and Secrets Lambda Extension over a local Secrets Manager. */
export interface LocalExtension {
  readonly endpoint: string;
  /** Queries so far, as they came. */
  readonly queries: string[];
  /** What every request is answered with instead, while it is set. */
  answer?: { readonly status: number; readonly text: string } | undefined;
  close(): Promise<void>;
}

/** Keeps what it has read, as the extension does, unless `refreshNow` is asked for, as the Agent understands it. */
export async function startExtension(
  manager: LocalSecretsManager,
  token: string,
): Promise<LocalExtension> {
  const kept = new Map<string, string>();
  const queries: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://extension');
    queries.push(url.search);
    const reply = (status: number, text: string) => response.writeHead(status).end(text);
    if (extension.answer !== undefined)
      return reply(extension.answer.status, extension.answer.text);
    if (request.headers['x-aws-parameters-secrets-token'] !== token) {
      return reply(401, 'Token was not provided or is wrong');
    }
    if (url.pathname !== '/secretsmanager/get') return reply(404, 'not found');
    const SecretId = url.searchParams.get('secretId') ?? '';
    const VersionStage = url.searchParams.get('versionStage') ?? 'AWSCURRENT';
    const key = `${SecretId} ${VersionStage}`;
    if (!kept.has(key) || url.searchParams.get('refreshNow') === 'true') {
      try {
        const value = manager.call('GetSecretValue', { SecretId, VersionStage });
        const CreatedDate = new Date(Number(value['CreatedDate']) * 1_000).toISOString();
        kept.set(key, JSON.stringify({ ...value, CreatedDate, ResultMetadata: {} }));
      } catch (error) {
        const { code, message } = error as { code: string; message: string };
        return reply(400, `an error occurred: ${code}: ${message}`);
      }
    }
    return reply(200, kept.get(key) ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const extension: LocalExtension = {
    endpoint: `http://127.0.0.1:${port}`,
    queries,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return extension;
}
