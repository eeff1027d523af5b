import { refuse, type Refusal } from '@keyturn/core';
import type { PreferredServer, SuperuserAddress } from '@keyturn/core/adapter';
import { SERVER_SETTINGS, WITHOUT_A_TAG } from './parse-server-tag.js';
import type { ClusterFacts, NamespaceFacts } from './redshift-facts.js';

/** Where a cluster answers. Pure. */
export function decideClusterEndpoint(
  identifier: string,
  cluster: ClusterFacts | undefined,
): SuperuserAddress | Refusal {
  const what = `cluster ${identifier}`;
  return cluster === undefined ? unknown(`There is no ${what}`) : addressOf(what, cluster);
}

/** Where a namespace answers; with several workgroups, the one that is the preferred server. Pure. */
export function decideNamespaceEndpoint(
  arn: string,
  namespace: NamespaceFacts | undefined,
  preferred: PreferredServer,
): SuperuserAddress | Refusal {
  if (namespace === undefined) return unknown(`There is no namespace ${arn}`);
  const { name, workgroups } = namespace;
  const [first, ...others] = workgroups;
  if (first === undefined) return unknown(`Namespace ${name} has no workgroup to sign in at`);
  if (others.length === 0) return addressOf(`workgroup ${first.name}`, first);
  const match = workgroups.find(
    ({ host, port }) => host?.toLowerCase() === preferred.host && port === preferred.port,
  );
  if (match !== undefined) return addressOf(`workgroup ${match.name}`, match);
  const names = workgroups.map((each) => each.name).join(', ');
  return unknown(
    `Namespace ${name} has the workgroups ${names}, and none of them answers at the host and port of the secret to be rotated`,
  );
}

function addressOf(what: string, { status, host, port }: ClusterFacts): SuperuserAddress | Refusal {
  if (host !== undefined) return { host, port };
  return refuse({
    code: 'KEYTURN_ENDPOINT_NOT_READY',
    message: `The ${what} of the superuser secret has no endpoint; its status is ${status}.`,
    remedy: 'Wait until it is there, or resume it; a retry asks again.',
    retryable: true,
  });
}

function unknown(problem: string): Refusal {
  return refuse({
    code: 'KEYTURN_ENDPOINT_UNKNOWN',
    message: `${problem}; the tag of the superuser secret leads there.`,
    remedy: `Let both secrets name the same server. ${WITHOUT_A_TAG}`,
    settings: SERVER_SETTINGS,
  });
}
