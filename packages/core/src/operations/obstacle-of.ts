import type { Obstacle } from '../domain/diagnosis/diagnosis-facts.js';
import type { KeyturnError } from '../errors.js';

const CAUSES: Partial<Record<string, Obstacle['cause']>> = {
  KEYTURN_DATABASE_UNREACHABLE: 'tcp',
  KEYTURN_DATABASE_CONNECTION_LOST: 'tcp',
  KEYTURN_DATABASE_TIMEOUT: 'timeout',
  KEYTURN_DATABASE_TLS: 'tls',
};

/** What keeps everybody out, as a diagnosis has it. */
export function obstacleOf(error: KeyturnError): Obstacle {
  const { code } = (error.cause ?? {}) as { code?: unknown };
  const unresolved = code === 'ENOTFOUND' || code === 'EAI_AGAIN';
  const cause = unresolved ? 'dns' : (CAUSES[error.code] ?? 'refused');
  const { message, settings } = error;
  return { cause, message, ...(settings.length > 0 && { settings }) };
}
