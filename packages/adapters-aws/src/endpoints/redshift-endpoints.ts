import { EndpointError, isRefusal, type Refusal } from '@keyturn/core';
import {
  refusalToError,
  type EndpointLocator,
  type LocateRequest,
  type SuperuserAddress,
} from '@keyturn/core/adapter';
import { REQUEST_TIMEOUTS } from '../request-timeouts.js';
import { decideClusterEndpoint, decideNamespaceEndpoint } from './decide-endpoint.js';
import { mapEndpointError, missingFile } from './map-endpoint-error.js';
import { parseServerTag, type TaggedServer } from './parse-server-tag.js';
import type { EndpointClientConfig, RedshiftApi } from './redshift-facts.js';

/** How {@link RedshiftEndpoints} is built; all of it may be left out. */
export interface RedshiftEndpointsOptions {
  /** Wins over the timeouts that are set otherwise. The region is always the one in the tag. */
  readonly clientConfig?: EndpointClientConfig | undefined;
}

/**
 * Finds the server of a secret that Amazon Redshift manages, by the tag with the ARN of its cluster
 * (`aws:redshift:primaryclusterarn`) or of its serverless namespace (`aws:redshift-serverless:namespacearn`).
 *
 * Needs `redshift:DescribeClusters`, or `redshift-serverless:ListNamespaces` and `redshift-serverless:ListWorkgroups`.
 * The clients are loaded by the first look-up; a bundler may leave `@aws-sdk/client-redshift` and
 * `@aws-sdk/client-redshift-serverless` out where no superuser secret is of that kind. `AWS_ENDPOINT_URL_REDSHIFT`
 * and `AWS_ENDPOINT_URL_REDSHIFT_SERVERLESS` of the SDK say where the services answer.
 */
export class RedshiftEndpoints implements EndpointLocator {
  readonly #clientConfig: EndpointClientConfig;

  constructor({ clientConfig = {} }: RedshiftEndpointsOptions = {}) {
    this.#clientConfig = clientConfig;
  }

  async locate({ tags, preferred, timeoutMs }: LocateRequest): Promise<SuperuserAddress> {
    const server = parseServerTag(tags);
    if (isRefusal(server)) throw refusalToError(server);
    const endpoint = await this.#ask(server, preferred, AbortSignal.timeout(timeoutMs));
    if (!isRefusal(endpoint)) return endpoint;
    const { kind: _, ...facts } = endpoint;
    throw new EndpointError(facts);
  }

  async #ask(
    server: TaggedServer,
    preferred: LocateRequest['preferred'],
    signal: AbortSignal,
  ): Promise<SuperuserAddress | Refusal> {
    const { readCluster, readNamespace } = await loadApi();
    const { region } = server;
    const config = { requestHandler: REQUEST_TIMEOUTS, ...this.#clientConfig, region };
    try {
      switch (server.kind) {
        case 'cluster': {
          const { identifier } = server;
          const cluster = await readCluster({ config, signal, identifier });
          return decideClusterEndpoint(identifier, cluster);
        }
        case 'namespace': {
          const { arn } = server;
          const namespace = await readNamespace({ config, signal, arn });
          return decideNamespaceEndpoint(arn, namespace, preferred);
        }
      }
    } catch (error) {
      throw mapEndpointError(error, server);
    }
  }
}

async function loadApi(): Promise<RedshiftApi> {
  try {
    return await import('./redshift-api.js');
  } catch (error) {
    throw missingFile(error);
  }
}
