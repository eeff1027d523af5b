import { EndpointError } from '@keyturn/core';
import { parseServiceFault, type FaultKind } from '../service-fault.js';
import type { TaggedServer } from './parse-server-tag.js';
import { SERVER_SETTINGS, WITHOUT_A_TAG } from './parse-server-tag.js';

const ACTIONS = {
  cluster: 'redshift:DescribeClusters',
  namespace: 'redshift-serverless:ListNamespaces and redshift-serverless:ListWorkgroups',
} as const;

/** Faults that do not pass by themselves. */
const DENIED: readonly FaultKind[] = ['access-denied', 'credentials'];

/**
 * Turns what a client of the Redshift services has thrown into the error of the port. Pure. No text of it is quoted
 * but its name, its status and the request id.
 */
export function mapEndpointError(thrown: unknown, { kind }: TaggedServer): EndpointError {
  const { kind: fault, name, status, requestId } = parseServiceFault(thrown);
  const details = [name, ...(status ? [`HTTP ${status}`] : []), ...(requestId ? [requestId] : [])];
  const cause = new Error(`Amazon Redshift answered ${details.join(', ')}`);
  const actions = ACTIONS[kind];
  if (DENIED.includes(fault)) {
    return new EndpointError({
      code: 'KEYTURN_ENDPOINT_ACCESS_DENIED',
      message: `The superuser secret has no host, and its ${kind} may not be asked for (${name}).`,
      remedy: `Allow ${actions} on * to the function's role. ${WITHOUT_A_TAG}`,
      settings: SERVER_SETTINGS,
      cause,
    });
  }
  return new EndpointError({
    code: 'KEYTURN_ENDPOINT_UNAVAILABLE',
    message: `The superuser secret has no host, and asking for its ${kind} failed (${name}).`,
    remedy: `Give the function a route to Amazon Redshift's API endpoint (an interface endpoint or NAT), in addition to the database. ${WITHOUT_A_TAG}`,
    settings: SERVER_SETTINGS,
    retryable: fault !== 'refused',
    cause,
  });
}

/** The file with the clients could not be loaded. */
export function missingFile(cause: unknown): EndpointError {
  return new EndpointError({
    code: 'KEYTURN_ENDPOINT_UNAVAILABLE',
    message:
      'The superuser secret has no host, and the clients of Amazon Redshift cannot be loaded.',
    remedy: `Deploy the whole folder: redshift-api.js belongs beside index.js. ${WITHOUT_A_TAG}`,
    settings: SERVER_SETTINGS,
    cause,
  });
}
