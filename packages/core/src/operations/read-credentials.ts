import type { DatabaseSecret } from '../domain/database-secret.js';
import { noCurrentValue } from '../domain/decide-admission.js';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.js';
import type { SecretDescription } from '../domain/secret-description.js';
import type { NextUser, RotationStrategy } from '../strategies/rotation-strategy.js';
import type { DiagnosisReader, ReadVersion } from './diagnosis-reader.js';

/** What a secret holds, before any of it is tried. */
export interface StoredCredentials {
  readonly kind: 'stored';
  readonly secret: SecretDescription;
  readonly current: DatabaseSecret;
  /** Whom the next rotation makes current. */
  readonly next: NextUser;
  /** Labelled ones first; a few of the others. */
  readonly versions: readonly ReadVersion[];
}

/** Reads labels and values. Throws where the store refuses. */
export async function readCredentials(
  reader: DiagnosisReader,
  strategy: RotationStrategy,
): Promise<StoredCredentials | Refusal> {
  const { store, database, settings, secretId } = reader.parts;
  const secret = await store.describe({ secretId });
  const current = (await reader.readCurrent()) ?? refuse(noCurrentValue);
  if (isRefusal(current)) return current;
  const { profile } = database;
  const next = strategy.nextUser({ currentUser: current.username, settings, profile });
  if (isRefusal(next)) return next;
  const versions = await reader.readVersions(secret, current, next.name);
  return { kind: 'stored', secret, current, next, versions };
}
