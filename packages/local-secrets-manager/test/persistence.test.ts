import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSecretsManager } from '../src/index.js';

describe('a state file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-state-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('keeps secrets over a restart, readable by its owner alone', async () => {
    const persistTo = join(folder, 'state.json');
    const first = await startSecretsManager({ persistTo });
    const token = { ClientRequestToken: '1'.repeat(32) };
    const { ARN } = first.call('CreateSecret', { Name: 'db', SecretString: 'x', ...token });
    await first.close();
    expect(statSync(persistTo).mode & 0o777).toBe(0o600);

    const second = await startSecretsManager({ persistTo });
    expect(second.call('GetSecretValue', { SecretId: 'db' })).toMatchObject({
      ARN,
      SecretString: 'x',
    });
    await second.close();
  });

  it.each([
    '{"name":"package"}',
    '{"format":"keyturn-secrets-manager/1","regions":{"us-east-1":[{"name":"db"}]}}',
    '{"format":"keyturn-secrets-manager/1","regions":',
    'null',
  ])('is refused when it holds %s', async (text) => {
    const persistTo = join(folder, 'other.json');
    writeFileSync(persistTo, text);
    await expect(startSecretsManager({ persistTo })).rejects.toThrow('is not a state file');
    expect(readFileSync(persistTo, 'utf8')).toBe(text);
  });

  it('is refused where no file can be', async () => {
    const persistTo = join(folder, 'nowhere', 'state.json');
    await expect(startSecretsManager({ persistTo })).rejects.toThrow('ENOENT');
  });

  it('keeps a rotation that was not complete, with its schedule', async () => {
    const persistTo = join(folder, 'rotating.json');
    const functions = { rotate: () => Promise.reject(new Error('broken')) };
    const first = await startSecretsManager({ persistTo, functions, rotation: { attempts: 1 } });
    const secret = { ClientRequestToken: '1'.repeat(32), SecretString: 'x' };
    first.call('CreateSecret', { Name: 'db', ...secret });
    first.call('RotateSecret', {
      SecretId: 'db',
      ClientRequestToken: '2'.repeat(32),
      RotationLambdaARN: 'rotate',
      RotationRules: { AutomaticallyAfterDays: 30 },
    });
    await first.waitForRotation('db');
    const before = first.call('DescribeSecret', { SecretId: 'db' });
    await first.close();

    const second = await startSecretsManager({ persistTo, functions, rotation: { attempts: 1 } });
    expect(second.call('DescribeSecret', { SecretId: 'db' })).toEqual(before);
    const again = { SecretId: 'db', ClientRequestToken: '3'.repeat(32) };
    expect(() => second.call('RotateSecret', again)).toThrow("A previous rotation isn't complete.");
    await expect(second.waitForRotation('db')).resolves.toMatchObject({ token: '2'.repeat(32) });
    await second.close();
  });

  it('is whole when the process is killed while it writes', async () => {
    const persistTo = join(folder, 'killed.json');
    const large = 'x'.repeat(65_536);
    const filled = await startSecretsManager({ persistTo });
    for (let n = 0; n < 400; n += 1) {
      const token = { ClientRequestToken: String(n).padStart(32, '0') };
      filled.call('CreateSecret', { Name: `s${n}`, SecretString: large, ...token });
    }
    await filled.close();

    const bin = join(__dirname, '../bin/keyturn-secrets-manager.mjs');
    const child = spawn(process.execPath, [bin, '--port', '0', '--persist', persistTo], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(child, 'exit');
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const [endpoint = ''] = /http:\/\/[\d.:]+/.exec(line.toString()) ?? [];
    const target = { 'x-amz-target': 'secretsmanager.TagResource' };
    const body = JSON.stringify({ SecretId: 's0', Tags: [{ Key: 'a', Value: 'b' }] });
    const isDraft = (name: string) => name.startsWith(`killed.json.${child.pid}.`);
    let writing = false;
    for (let tries = 0; tries < 50 && !writing; tries += 1) {
      // Each of these makes it write again, until a draft is seen.
      await fetch(endpoint, { method: 'POST', headers: target, body });
      for (let looks = 0; looks < 200 && !writing; looks += 1) {
        writing = readdirSync(folder).some(isDraft);
        if (!writing) await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }
    child.kill('SIGKILL');
    await ended;
    expect(writing).toBe(true);

    const healed = await startSecretsManager({ persistTo });
    expect(healed.state()['us-east-1']?.length).toBeGreaterThanOrEqual(400);
    expect(readdirSync(folder).filter((name) => name.startsWith('killed'))).toEqual([
      'killed.json',
    ]);
    await healed.close();
  });
});
