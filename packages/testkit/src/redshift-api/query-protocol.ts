import type { Reply } from '@keyturn/local-secrets-manager/http';
import { DEFAULT_PORT, pageOf, type LocalCluster } from './redshift-world.js';

const NAMESPACE = 'http://redshift.amazonaws.com/doc/2012-12-01/';

/** DescribeClusters of the query protocol: a form goes in, XML comes out. */
export function describeClusters(
  form: URLSearchParams,
  clusters: readonly LocalCluster[],
  { pageSize, emptyFirst }: { readonly pageSize: number; readonly emptyFirst: boolean },
): Reply {
  const [identifier, marker] = [form.get('ClusterIdentifier'), form.get('Marker')];
  if (identifier !== null && marker !== null) {
    return queryError(400, 'InvalidParameterCombination', 'ClusterIdentifier and Marker');
  }
  const listed = clusters.filter(
    (cluster) => identifier === null || cluster.identifier === identifier,
  );
  if (identifier !== null && listed.length === 0) {
    return queryError(404, 'ClusterNotFound', `Cluster ${identifier} not found.`);
  }
  const page =
    emptyFirst && marker === null
      ? { entries: [], next: '0' }
      : pageOf(listed, pageSize, marker ?? undefined);
  const body = element(
    'DescribeClustersResult',
    (page.next === undefined ? '' : element('Marker', page.next)) +
      element('Clusters', page.entries.map(clusterElement).join('')),
  );
  return xml(200, 'DescribeClustersResponse', body);
}

/** An error of the query protocol. */
export function queryError(status: number, code: string, message: string): Reply {
  const error =
    element('Type', 'Sender') + element('Code', code) + element('Message', escape(message));
  return { ...xml(status, 'ErrorResponse', element('Error', error)), errorCode: code };
}

function clusterElement({ identifier, status, host, port }: LocalCluster): string {
  const endpoint =
    host === undefined
      ? ''
      : element(
          'Endpoint',
          element('Address', escape(host)) + element('Port', String(port ?? DEFAULT_PORT)),
        );
  return element(
    'Cluster',
    element('ClusterIdentifier', escape(identifier)) +
      element('ClusterStatus', escape(status ?? 'available')) +
      endpoint,
  );
}

function xml(status: number, root: string, body: string): Reply {
  const metadata = element('ResponseMetadata', element('RequestId', crypto.randomUUID()));
  return {
    status,
    contentType: 'text/xml',
    body: `<${root} xmlns="${NAMESPACE}">${body}${metadata}</${root}>`,
  };
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
