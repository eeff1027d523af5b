// A process of its own: the local Secrets Manager with so many secrets, whose function needs no database. Says where
// it answers in a line of JSON, and ends with its standard input.
import { randomUUID } from 'node:crypto';
import { startSecretsManager, valueOnlyRotation } from '@keyturn/testkit';

/** The secrets belong to so many database servers, in turn. */
const SERVERS = 100;

const [, , size = '0'] = process.argv;
const manager = await startSecretsManager({ rotation: { attempts: 1 } });
const functionArn = manager.registerFunction('rotate', valueOnlyRotation(manager));
for (let n = 0; n < Number(size); n++) {
  const SecretId = `fleet/s${n}`;
  const host = `server-${n % SERVERS}.example`;
  const fields = { engine: 'redshift', host, username: `user_${n}`, password: 'First-Passw0rd' };
  manager.call('CreateSecret', {
    Name: SecretId,
    ClientRequestToken: randomUUID(),
    SecretString: JSON.stringify(fields),
  });
  // Stores the function, and leaves the first rotation to the fleet.
  manager.call('RotateSecret', {
    SecretId,
    ClientRequestToken: randomUUID(),
    RotationLambdaARN: functionArn,
    RotationRules: { AutomaticallyAfterDays: 30 },
    RotateImmediately: false,
  });
}
// RotateImmediately false runs testSecret alone; the last of these has to be over.
await manager.waitForRotation(`fleet/s${Number(size) - 1}`);
process.stdout.write(`${JSON.stringify({ endpoint: manager.endpoint, region: manager.region })}\n`);
process.stdin.resume().once('end', () => void manager.close().then(() => process.exit()));
