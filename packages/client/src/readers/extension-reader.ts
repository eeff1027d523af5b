import { Sensitive } from '@keyturn/core';
import type { SecretReader, SecretReading } from '../ports/secret-reader.js';
import { refuseOption } from '../source/options.js';
import { readerError } from './reader-error.js';

/** How the extension's endpoint is reached. */
export interface ExtensionReaderOptions {
  /** Default `http://localhost:2773`, with the port of PARAMETERS_SECRETS_EXTENSION_HTTP_PORT where that is set. */
  readonly endpoint?: string | undefined;
  /** Default: AWS_SESSION_TOKEN, as the extension asks for. The Secrets Manager Agent has a token file of its own. */
  readonly token?: string | (() => string | Promise<string>) | undefined;
  /** Milliseconds per request. Default 3,000. */
  readonly timeoutMs?: number | undefined;
  /**
   * Reads where a kept value will not do, after a refusal: the extension keeps what it has read for up to 300 s and
   * cannot be told to read again. Without it, a rotation is noticed only when the extension's own time is over.
   */
  readonly whenFresh?: SecretReader | undefined;
  /** Adds `refreshNow=true` after a refusal, which the Secrets Manager Agent understands. Default false. */
  readonly refreshNow?: boolean | undefined;
}

/** The extension says this while it starts. */
const NOT_READY = /not ready to serve traffic/i;

/**
 * Reads from the AWS Parameters and Secrets Lambda Extension, or an endpoint that speaks like it, such as the Secrets
 * Manager Agent.
 * @throws InvalidInputError `KEYTURN_INVALID_SETTING` for an endpoint that is none
 * @example
 * const reader = extensionReader({ whenFresh: secretsManagerReader() });
 */
export function extensionReader(options: ExtensionReaderOptions = {}): SecretReader {
  const { timeoutMs = 3_000, whenFresh, refreshNow = false } = options;
  const port = process.env['PARAMETERS_SECRETS_EXTENSION_HTTP_PORT'] ?? '2773';
  const endpoint = options.endpoint ?? `http://localhost:${port}`;
  if (!URL.canParse(endpoint) || !/^https?:/.test(endpoint)) {
    refuseOption('endpoint', 'an http URL, such as http://localhost:2773');
  }

  return {
    async read(request) {
      const { secretId, label, fresh } = request;
      if (fresh && whenFresh !== undefined) return whenFresh.read(request);
      const url = new URL('/secretsmanager/get', endpoint);
      url.searchParams.set('secretId', secretId);
      url.searchParams.set('versionStage', label);
      if (fresh && refreshNow) url.searchParams.set('refreshNow', 'true');
      const place = { secretId, what: `The extension's read of ${label}` };
      let status: number;
      let text: string;
      try {
        const headers = { 'X-Aws-Parameters-Secrets-Token': await tokenFrom(options.token) };
        const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) });
        status = response.status;
        text = await response.text();
      } catch (error) {
        throw readerError({ name: networkName(error) }, place);
      }
      if (status === 200) return toReading(text, place);
      // The extension passes the service's words on, with a status of its own.
      if (/ResourceNotFoundException/.test(text)) {
        const isSecret = /can't find the specified secret\.?(?=["\s}]|$)(?! value)/i.test(text);
        if (!isSecret) return undefined;
        throw readerError({ name: 'ResourceNotFoundException', status }, place);
      }
      if (NOT_READY.test(text)) throw readerError({ name: 'NotReady', status: 503 }, place);
      const name = /\b[A-Z]\w+(?:Exception|Failure)\b/.exec(text)?.[0] ?? 'Error';
      throw readerError({ name, status, aboutKey: /\bkms\b/i.test(text) }, place);
    },
    ...(whenFresh?.nextRotation && { nextRotation: whenFresh.nextRotation.bind(whenFresh) }),
  };
}

function tokenFrom(token: ExtensionReaderOptions['token']): string | Promise<string> {
  if (typeof token === 'function') return token();
  return token ?? process.env['AWS_SESSION_TOKEN'] ?? '';
}

function toReading(
  text: string,
  place: { readonly secretId: string; readonly what: string },
): SecretReading | undefined {
  let answer: { VersionId?: unknown; SecretString?: unknown; CreatedDate?: unknown };
  try {
    answer = JSON.parse(text) as typeof answer;
  } catch {
    throw readerError({ name: 'UnreadableAnswer' }, place);
  }
  const { VersionId, SecretString, CreatedDate } = answer;
  if (typeof VersionId !== 'string' || typeof SecretString !== 'string') return undefined;
  const createdAt = typeof CreatedDate === 'string' ? Date.parse(CreatedDate) : NaN;
  return {
    versionId: VersionId,
    text: new Sensitive(SecretString),
    ...(Number.isFinite(createdAt) && { createdAt }),
  };
}

/** `fetch` hides the network's code in the cause. */
function networkName(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  return cause?.code ?? name ?? 'Error';
}
