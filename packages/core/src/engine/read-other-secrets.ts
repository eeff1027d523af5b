import { noCurrentValue } from '../domain/decide-admission.js';
import { refuse } from '../domain/refusal.js';
import type { Sensitive } from '../domain/sensitive.js';
import { AWSCURRENT } from '../domain/staging-label.js';
import { refusalToError } from '../errors.js';
import type { SecretStore } from '../ports/secret-store.js';

/** Reads another secret's AWSCURRENT text. */
export type OtherSecretReader = (secretId: string) => Promise<Sensitive>;

/** A reader for one step, which reads each secret once. */
export function otherSecretReader(store: SecretStore, secrets: Set<Sensitive>): OtherSecretReader {
  const reads = new Map<string, Promise<Sensitive>>();
  return (secretId) => {
    let read = reads.get(secretId);
    if (read === undefined) {
      read = readCurrent(store, secrets, secretId);
      // Whoever asks for it gets the failure; a secret that was read ahead may never be asked for.
      read.catch(() => undefined);
      reads.set(secretId, read);
    }
    return read;
  };
}

async function readCurrent(
  store: SecretStore,
  secrets: Set<Sensitive>,
  secretId: string,
): Promise<Sensitive> {
  const value = await store.readValue({ secretId, label: AWSCURRENT });
  if (value?.kind !== 'text') {
    throw refusalToError(
      refuse({
        ...noCurrentValue,
        code: 'KEYTURN_SUPERUSER_SECRET_UNFIT',
        message: `The superuser secret has no ${value === undefined ? 'AWSCURRENT value' : 'text value, only a binary one'}.`,
        remedy: 'Store the superuser credential in it as SecretString, a JSON object.',
      }),
    );
  }
  secrets.add(value.text);
  return value.text;
}
