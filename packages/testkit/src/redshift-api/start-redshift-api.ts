import type { IncomingMessage } from 'node:http';
import { errorReply, type Reply } from '@keyturn/local-secrets-manager/http';
import { regionIn } from '@keyturn/local-secrets-manager/http';
import { listen } from '@keyturn/local-secrets-manager/http';
import { callServerless } from './json-protocol.js';
import { describeClusters, queryError } from './query-protocol.js';
import type { RedshiftWorld } from './redshift-world.js';

/** What a local Redshift API has, and how it answers. */
export interface RedshiftApiOptions extends RedshiftWorld {
  /** How many entries an answer holds at most. Default 100, as the services. */
  readonly pageSize?: number;
  /** The first answer of DescribeClusters holds nothing but a marker, as answers of a list may. Default false. */
  readonly emptyFirst?: boolean;
  /** Operations that are answered with a lack of rights, such as `ListNamespaces`. Default: none. */
  readonly denied?: readonly string[];
}

/** One request as it came. */
export interface RedshiftApiRequest {
  readonly operation: string;
  /** The region of the signature; the signature itself is not checked. */
  readonly region: string | undefined;
}

/** A running API. */
export interface LocalRedshiftApi {
  readonly endpoint: string;
  /** Leads the AWS SDK of a process here. */
  readonly env: Readonly<
    Record<'AWS_ENDPOINT_URL_REDSHIFT' | 'AWS_ENDPOINT_URL_REDSHIFT_SERVERLESS', string>
  >;
  /** What was asked so far, oldest first. */
  readonly requests: readonly RedshiftApiRequest[];
  close(): Promise<void>;
}

/**
 * Starts the part of the Amazon Redshift services that finds a server: DescribeClusters of the query protocol, and
 * ListNamespaces and ListWorkgroups of Redshift Serverless, both with pages. Any credentials are accepted; it listens
 * on 127.0.0.1.
 *
 * @example
 * const api = await startRedshiftApi({ clusters: [{ identifier: 'shop', host: 'shop.example' }] });
 * Object.assign(process.env, api.env);
 */
export async function startRedshiftApi(
  options: RedshiftApiOptions = {},
): Promise<LocalRedshiftApi> {
  const { pageSize = 100, emptyFirst = false, denied = [] } = options;
  const requests: RedshiftApiRequest[] = [];

  const handle = (request: IncomingMessage, body: string): Reply => {
    const { headers } = request;
    const [, serverless] =
      /^RedshiftServerless\.(\w+)$/.exec(String(headers['x-amz-target'] ?? '')) ?? [];
    const form = new URLSearchParams(serverless === undefined ? body : '');
    const operation = serverless ?? form.get('Action') ?? '';
    requests.push({ operation, region: regionIn(headers.authorization) });
    if (denied.includes(operation)) return denial(operation, serverless !== undefined);
    if (serverless !== undefined) {
      return callServerless(serverless, JSON.parse(body) as object, options, pageSize);
    }
    return operation === 'DescribeClusters'
      ? describeClusters(form, options.clusters ?? [], { pageSize, emptyFirst })
      : queryError(400, 'InvalidAction', operation);
  };

  const front = await listen({ host: '127.0.0.1', port: 0 }, async (request, body) => {
    try {
      return handle(request, body);
    } catch (error) {
      return errorReply('ValidationException', error instanceof Error ? error.message : '');
    }
  });
  const { endpoint } = front;
  return {
    endpoint,
    env: { AWS_ENDPOINT_URL_REDSHIFT: endpoint, AWS_ENDPOINT_URL_REDSHIFT_SERVERLESS: endpoint },
    requests,
    close: () => front.close(),
  };
}

function denial(operation: string, serverless: boolean): Reply {
  const message = `User is not authorized to perform: ${operation}`;
  return serverless
    ? errorReply('AccessDeniedException', message)
    : queryError(403, 'AccessDenied', message);
}
