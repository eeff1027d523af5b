import type { KeyturnError } from '@keyturn/core';
import { DatabaseError, SecretStoreError } from '@keyturn/core';
import type { PortCall } from './with-call-points.js';

const STORE_METHODS = ['describe', 'readValue', 'listVersions', 'putPending', 'moveLabel'];

/** The error after which a caller of this method cannot know whether anything was done. */
export function portFailure({ method }: PortCall): KeyturnError {
  const message = `Injected fault at ${method}.`;
  if (STORE_METHODS.includes(method)) {
    return new SecretStoreError({ code: 'KEYTURN_STORE_UNAVAILABLE', message, retryable: true });
  }
  const code =
    method === 'signIn' ? 'KEYTURN_DATABASE_UNREACHABLE' : 'KEYTURN_DATABASE_CONNECTION_LOST';
  return new DatabaseError({ code, message, retryable: true });
}
