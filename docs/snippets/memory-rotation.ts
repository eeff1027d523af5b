import { alternatingUsers, runRotation } from '@keyturn/core';
import { InMemoryDatabase, InMemorySecretStore, ManualClock } from '@keyturn/testkit/fakes';

const store = new InMemorySecretStore();
const database = new InMemoryDatabase();
const address = database.addServer({ host: 'db.example', port: 5439 });
const boss = { username: 'boss', password: 'Whistle1' };
const app = { username: 'app', password: 'Baaaaaa1', masterarn: 'boss' };
database.putUser(address, { name: boss.username, password: boss.password, superuser: true });
database.putUser(address, { name: app.username, password: app.password });
for (const [secretId, fields] of Object.entries({ boss, app })) {
  const text = JSON.stringify({ engine: 'redshift', host: address.host, ...fields });
  store.addSecret({
    secretId,
    current: { versionId: `${secretId}-1`.padEnd(32, '0'), value: text },
  });
}
const clock = new ManualClock();
const strategy = alternatingUsers();
console.log((await runRotation({ store, database, clock, strategy, secretId: 'app' })).kind);
