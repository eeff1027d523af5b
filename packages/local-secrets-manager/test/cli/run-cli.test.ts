import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { clientFor } from '../client.js';
import { sendRaw } from '../http/raw-request.js';

const bin = join(__dirname, '../../bin/keyturn-secrets-manager.mjs');
const running: ChildProcess[] = [];

function run(...options: string[]) {
  const child = spawn(process.execPath, [bin, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  const errors: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
  const firstLine = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).once('line', resolve);
  });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, errors, firstLine, code };
}

describe('the keyturn-secrets-manager command', () => {
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'says where it listens, answers the SDK and ends cleanly on %s',
    async (signal) => {
      const { child, firstLine, code } = run('--port', '0', '--region', 'eu-west-1');
      const line = await firstLine;
      const [endpoint] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
      expect(line).toBe(
        `Secrets Manager ready at ${endpoint} (region eu-west-1, no rotation functions)`,
      );
      const client = clientFor({ endpoint: endpoint ?? '', region: 'eu-west-1' });
      const { ARN } = await client.send(new CreateSecretCommand({ Name: 'a', SecretString: 'b' }));
      expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-\w{6}$/);
      child.kill(signal);
      await expect(code).resolves.toBe(0);
      client.destroy();
    },
  );

  it.each([
    [
      ['--port', 'x'],
      "option '--port <number>' argument 'x' is invalid. It has to be a whole number.",
    ],
    [['--function', 'nothing'], 'It has to be <arn or name>=<path, address or command:line>.'],
    [['--function', 'f=/nowhere/index.mjs'], 'no rotation function at /nowhere/index.mjs'],
    [['--account', '12'], 'the account has to be twelve digits'],
    [['--attempts', '0'], 'attempts has to be a whole number from 1 up'],
    [['--function-timeout', '0'], 'the function timeout has to be a time from 1 ms up'],
    [['--region', 'US East'], 'the region has to be like us-east-1'],
    [['--function', 'f=http://'], 'Invalid URL'],
    [['--persist', '/nowhere/state.json'], "no such file or directory, access '/nowhere'"],
    [['--allow-host', 'http://db'], 'an allowed host has to be a host name or an IP address'],
    [['--nonsense'], "unknown option '--nonsense'"],
  ])('ends with code 1 and says why for %j', async (options, reason) => {
    const { errors, code } = run('--port', '0', ...options);
    await expect(code).resolves.toBe(1);
    expect(errors.filter((line) => line.includes(reason))).toHaveLength(1);
  });

  it('answers to the hosts that it is told to', async () => {
    const { firstLine } = run('--port', '0', '--allow-host', 'db', '--allow-host', 'vault.test');
    const [, port = ''] = /:(\d+) /.exec(await firstLine) ?? [];
    const ask = async (host: string) => {
      const lines = ['GET /_keyturn/health HTTP/1.1', `Host: ${host}:5100`];
      return (await sendRaw(Number(port), lines)).status;
    };
    await expect(ask('db')).resolves.toBe(200);
    await expect(ask('vault.test')).resolves.toBe(200);
    await expect(ask('vault.example')).resolves.toBe(403);
  });

  it('gets its options through npx, and ends with it', async () => {
    const rotates = join(__dirname, '../conformance/functions/rotates.mjs');
    const line = `--no keyturn-secrets-manager --port 0 --function rotate=${rotates}`;
    const child = spawn('npx', line.split(' '), {
      cwd: join(__dirname, '../..'),
      stdio: ['ignore', 'pipe', 'ignore'],
      shell: process.platform === 'win32',
    });
    running.push(child);
    const ready = await new Promise<string>((resolve) => {
      createInterface({ input: child.stdout }).once('line', resolve);
    });
    expect(ready).toContain('functions rotate');
    const [endpoint = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(ready) ?? [];
    child.kill('SIGTERM');
    const answers = () =>
      fetch(endpoint).then(
        () => true,
        () => false,
      );
    // Bounded, so that a server left behind fails the test and does not keep it.
    for (let looks = 0; looks < 500 && (await answers()); looks += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await expect(answers()).resolves.toBe(false);
    // npx, npm and the command are three starts of Node, which take long on a busy machine.
  });

  it('ends with code 1 when the port is taken', async () => {
    const first = run('--port', '0');
    const [, port = ''] = /:(\d+) /.exec(await first.firstLine) ?? [];
    const { errors, code } = run('--port', port);
    await expect(code).resolves.toBe(1);
    expect(errors.some((line) => line.includes('EADDRINUSE'))).toBe(true);
  });

  it('explains itself', async () => {
    const { child, code } = run('--help');
    let help = '';
    child.stdout.on('data', (chunk: Buffer) => (help += chunk.toString()));
    await expect(code).resolves.toBe(0);
    expect(help).toContain('--function <name=target>');
    expect(help).toContain('Exit codes');
  });
});
