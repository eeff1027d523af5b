import { Sensitive } from '@keyturn/core';
import type { SecretStore, SignInOutcome } from '@keyturn/core/adapter';
import { InMemoryDatabase, InMemorySecretStore } from '../../src/fakes/index.js';

export const secretId = 'orders';

/** A secret with a current version and a reserved pending one. */
export function createStore(): InMemorySecretStore {
  const store = new InMemorySecretStore();
  store.addSecret({ secretId, current: { versionId: 'v1', value: 'one' } });
  store.stagePending({ secretId, versionId: 'v2' });
  return store;
}

export function put(store: SecretStore, value: string, versionId = 'v2') {
  return store.putPending({ secretId, versionId, text: new Sensitive(value) });
}

/** A database with one user, and how it signs in. */
export function createDatabase() {
  const database = new InMemoryDatabase();
  const address = database.addServer({ host: 'db.example', port: 5439 });
  database.putUser(address, { name: 'sheep', password: 'Baaaaaa1' });
  const signIn = (admin: Pick<InMemoryDatabase, 'signIn'> = database): Promise<SignInOutcome> =>
    admin.signIn({
      address,
      user: 'sheep',
      password: new Sensitive('Baaaaaa1'),
      connectTimeoutMs: 1_000,
      statementTimeoutMs: 1_000,
    });
  const changeTo = (password: string) => ({ user: 'sheep', password: new Sensitive(password) });
  const has = (password: string) => database.accepts(address, 'sheep', password);
  return { database, signIn, changeTo, has };
}

/** The session of a sign-in that must be accepted. */
export function sessionOf(outcome: SignInOutcome) {
  if (outcome.kind !== 'accepted') throw new Error('refused');
  return outcome.session;
}
