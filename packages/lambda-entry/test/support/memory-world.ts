import {
  countingPasswords,
  InMemoryDatabase,
  InMemorySecretStore,
  ManualClock,
} from '@keyturn/testkit/fakes';
import type { RotationStep } from '@keyturn/core';
import { jsonLog, TOKENS, type RotationHandlerOptions } from '../../src/index.js';

export const SECRET = 'orders';
export const TOKEN = 'a1b2c3d4-0000-4000-8000-000000000000';
export const ROTATION_TOKEN = 'f00dfeed-0000-4000-8000-00000000cafe';
const USER = { name: 'sheep', password: 'Baaaaaa1' };

/** A secret whose rotation has begun, a database and a log, all in memory, for handlers to be put together with. */
export function memoryWorld() {
  const clock = new ManualClock();
  const database = new InMemoryDatabase({ now: () => clock.now() });
  const store = new InMemorySecretStore();
  const lines: string[] = [];
  const address = database.addServer({ host: 'db.example', port: 5439, databases: ['shop'] });
  database.putUser(address, USER);
  const { host, port } = address;
  const value = JSON.stringify({
    engine: 'redshift',
    host,
    port,
    dbname: 'shop',
    username: USER.name,
    password: USER.password,
  });
  store.addSecret({ secretId: SECRET, current: { versionId: 'v'.repeat(32), value } });
  store.stagePending({ secretId: SECRET, versionId: TOKEN });
  const configure: RotationHandlerOptions['configure'] = (container) => {
    container.register(TOKENS.clock, { useValue: clock });
    container.register(TOKENS.database, { useValue: database });
    container.register(TOKENS.store, { useValue: store });
    container.register(TOKENS.passwords, { useValue: countingPasswords() });
    container.register(TOKENS.observer, { useValue: jsonLog((line) => lines.push(line)) });
  };
  return { clock, database, store, address, lines, configure, user: USER };
}

/** The event of a step as Secrets Manager sends it. */
export function eventOf(step: RotationStep) {
  return {
    Step: step,
    SecretId: SECRET,
    ClientRequestToken: TOKEN,
    RotationToken: ROTATION_TOKEN,
  };
}
