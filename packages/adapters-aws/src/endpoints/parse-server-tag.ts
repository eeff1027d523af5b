import { refuse, type Refusal } from '@keyturn/core';

/** What a tag says a secret belongs to. */
export type TaggedServer =
  | { readonly kind: 'cluster'; readonly region: string; readonly identifier: string }
  | { readonly kind: 'namespace'; readonly region: string; readonly arn: string };

const CLUSTER_TAG = 'aws:redshift:primaryclusterarn';
const NAMESPACE_TAG = 'aws:redshift-serverless:namespacearn';

/**
 * Reads the tags that Redshift puts on the secrets it manages. Keys that begin with `aws:` are reserved, so nobody
 * else can have put them there. Keys are compared in lower case, as AWS's templates do.
 * @returns a refusal `KEYTURN_SUPERUSER_SECRET_UNFIT` where there is no such tag, or its value is no such ARN
 */
export function parseServerTag(tags: ReadonlyMap<string, string>): TaggedServer | Refusal {
  const byLowerKey = new Map([...tags].map(([key, value]) => [key.toLowerCase(), value]));
  const cluster = byLowerKey.get(CLUSTER_TAG);
  if (cluster !== undefined) return parseCluster(cluster);
  const namespace = byLowerKey.get(NAMESPACE_TAG);
  if (namespace !== undefined) return parseNamespace(namespace);
  return refuse({
    code: 'KEYTURN_SUPERUSER_SECRET_UNFIT',
    field: 'host',
    message: `The superuser secret has no host, and neither the tag ${CLUSTER_TAG} nor the tag ${NAMESPACE_TAG}.`,
    remedy: `Store a host in it. ${WITHOUT_A_TAG}`,
    settings: SERVER_SETTINGS,
  });
}

/** What makes tags unnecessary. */
export const WITHOUT_A_TAG = 'Or set superuserHost and superuserPort.';

/** The settings that {@link WITHOUT_A_TAG} names. */
export const SERVER_SETTINGS: readonly string[] = ['superuserHost', 'superuserPort'];

function parseCluster(arn: string): TaggedServer | Refusal {
  const region = regionOf(arn, 'redshift');
  // Whatever stands between: the identifier is the last part.
  const identifier = arn.slice(arn.lastIndexOf(':') + 1);
  return region === undefined || !/^[a-z0-9-]{1,63}$/i.test(identifier)
    ? unfit(CLUSTER_TAG)
    : { kind: 'cluster', region, identifier };
}

function parseNamespace(arn: string): TaggedServer | Refusal {
  const region = regionOf(arn, 'redshift-serverless');
  return region === undefined ? unfit(NAMESPACE_TAG) : { kind: 'namespace', region, arn };
}

function regionOf(arn: string, service: string): string | undefined {
  const [, partition, ofService, region = ''] = arn.split(':');
  const fits =
    arn.startsWith(`arn:${partition}:`) &&
    ofService === service &&
    /^[a-z]+(-[a-z0-9]+)+$/.test(region);
  return fits ? region : undefined;
}

function unfit(tag: string): Refusal {
  return refuse({
    code: 'KEYTURN_SUPERUSER_SECRET_UNFIT',
    field: tag,
    message: `The tag ${tag} of the superuser secret holds no ARN that names a server.`,
    remedy: `Look at the tags of the secret. ${WITHOUT_A_TAG}`,
    settings: SERVER_SETTINGS,
  });
}
