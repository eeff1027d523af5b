import { errorReply, type Reply } from '@keyturn/local-secrets-manager/http';
import { DEFAULT_PORT, pageOf, type RedshiftWorld } from './redshift-world.js';

interface ListInput {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

/** ListNamespaces and ListWorkgroups of JSON 1.1. */
export function callServerless(
  operation: string,
  input: ListInput,
  { namespaces = [], workgroups = [] }: RedshiftWorld,
  pageSize: number,
): Reply {
  const size = Math.min(pageSize, input.maxResults ?? pageSize);
  switch (operation) {
    case 'ListNamespaces': {
      const { entries, next } = pageOf(namespaces, size, input.nextToken);
      return answer({
        namespaces: entries.map(({ name, arn }) => ({ namespaceName: name, namespaceArn: arn })),
        nextToken: next,
      });
    }
    case 'ListWorkgroups': {
      const { entries, next } = pageOf(workgroups, size, input.nextToken);
      return answer({
        workgroups: entries.map(({ name, namespace, status = 'AVAILABLE', host, port }) => ({
          workgroupName: name,
          namespaceName: namespace,
          status,
          ...(host !== undefined && { endpoint: { address: host, port: port ?? DEFAULT_PORT } }),
        })),
        nextToken: next,
      });
    }
    default:
      return errorReply('UnknownOperationException', operation);
  }
}

function answer(body: object): Reply {
  return { status: 200, body: JSON.stringify(body) };
}
