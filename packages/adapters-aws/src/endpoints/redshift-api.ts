/**
 * The requests to Amazon Redshift's own services. Loaded only when a server has to be found by a tag: the two clients
 * are as large as all else together, so that the ready functions have this file beside `index.js`.
 */
import {
  DescribeClustersCommand,
  RedshiftClient,
  type DescribeClustersCommandOutput,
} from '@aws-sdk/client-redshift';
import {
  paginateListNamespaces,
  paginateListWorkgroups,
  RedshiftServerlessClient,
} from '@aws-sdk/client-redshift-serverless';
import type { ClusterFacts, NamespaceFacts, RedshiftApi } from './redshift-facts.js';

/** The most that the services give at once. */
const PAGE_SIZE = 100;

export const readCluster: RedshiftApi['readCluster'] = async ({ config, identifier, signal }) => {
  const client = new RedshiftClient(config);
  const wanted = identifier.toLowerCase();
  try {
    // Either an identifier or a marker is accepted, never both.
    let request: { ClusterIdentifier: string } | { Marker: string } = {
      ClusterIdentifier: identifier,
    };
    for (;;) {
      const page: DescribeClustersCommandOutput = await client.send(
        new DescribeClustersCommand(request),
        { abortSignal: signal },
      );
      const found = page.Clusters?.find((each) => each.ClusterIdentifier?.toLowerCase() === wanted);
      if (found !== undefined) {
        const { ClusterStatus: status, Endpoint } = found;
        return facts({ status, host: Endpoint?.Address, port: Endpoint?.Port });
      }
      if (!page.Marker) return undefined;
      request = { Marker: page.Marker };
    }
  } catch (error) {
    if ((error as { name?: unknown }).name === 'ClusterNotFoundFault') return undefined;
    throw error;
  } finally {
    client.destroy();
  }
};

export const readNamespace: RedshiftApi['readNamespace'] = async ({ config, arn, signal }) => {
  const client = new RedshiftServerlessClient(config);
  const paging = { client, pageSize: PAGE_SIZE };
  const http = { abortSignal: signal };
  try {
    const name = await findNamespace(paginateListNamespaces(paging, {}, http), arn);
    if (name === undefined) return undefined;
    const workgroups: NamespaceFacts['workgroups'][number][] = [];
    for await (const page of paginateListWorkgroups(paging, {}, http)) {
      for (const { namespaceName, workgroupName = '', status, endpoint } of page.workgroups ?? []) {
        if (namespaceName?.toLowerCase() !== name.toLowerCase()) continue;
        const at = facts({ status, host: endpoint?.address, port: endpoint?.port });
        workgroups.push({ name: workgroupName, ...at });
      }
    }
    return { name, workgroups };
  } finally {
    client.destroy();
  }
};

type Namespaces = ReturnType<typeof paginateListNamespaces>;

async function findNamespace(pages: Namespaces, arn: string): Promise<string | undefined> {
  for await (const { namespaces = [] } of pages) {
    const found = namespaces.find((each) => each.namespaceArn?.toLowerCase() === arn.toLowerCase());
    if (found !== undefined) return found.namespaceName;
  }
  return undefined;
}

function facts({
  status = 'unknown',
  host,
  port,
}: {
  readonly status: string | undefined;
  readonly host: string | undefined;
  readonly port: number | undefined;
}): ClusterFacts {
  return { status, ...(host && { host }), ...(port && { port }) };
}
