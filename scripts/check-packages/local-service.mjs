// What only the local Secrets Manager has: a command, and a helper for test runners that this repository does not use itself.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';

/** The last one that runs on Node 20 and needs no newer npm. */
const VITEST = 'vitest@3.2.7';

/** @throws Error unless the installed command starts, answers and ends with code 0 */
export async function checkCommand(folder) {
  const command = join(folder, 'node_modules', '.bin', 'keyturn-secrets-manager');
  const server = spawn(command, ['--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  const [line] = await Promise.race([once(server.stdout, 'data'), ended]);
  const [endpoint] = /http:\/\/[\d.:]+/.exec(String(line)) ?? [];
  if (!endpoint) throw new Error(`the command does not say where it listens: ${line}`);
  const { ok } = await (await fetch(`${endpoint}/_keyturn/health`)).json();
  server.kill('SIGTERM');
  const [code] = await ended;
  if (!ok || code !== 0) throw new Error(`the command answers ${ok} and ends with code ${code}`);
}

const test = (hooks) => `
  const secretsManager = useSecretsManager(${hooks});
  for (const name of ['first', 'second']) {
    it('gives the ' + name + ' test an empty Secrets Manager', () => {
      const created = { Name: 'db', ClientRequestToken: '1'.repeat(32) };
      expect(secretsManager().call('CreateSecret', created)).toMatchObject({ Name: 'db' });
    });
  }
`;
const helper = "import { useSecretsManager } from '@keyturn/local-secrets-manager';";
const imports = "import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';";

/** @throws Error unless useSecretsManager works in Vitest, with its global hooks and without */
export function checkVitest(folder, scratch) {
  const home = join(scratch, 'vitest');
  mkdirSync(home);
  writeFileSync(join(home, 'package.json'), '{ "private": true }');
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', ['install', '--prefer-offline', '--ignore-scripts', ...quiet, VITEST], home);
  symlinkSync(join(home, 'node_modules', 'vitest'), join(folder, 'node_modules', 'vitest'));

  const files = {
    'globals.test.mjs': helper + test(''),
    'hooks.test.mjs': helper + imports + test('{ hooks: { beforeAll, afterAll, beforeEach } }'),
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  const vitest = join(home, 'node_modules', 'vitest', 'vitest.mjs');
  for (const args of [['--globals', 'globals.test.mjs'], ['hooks.test.mjs']]) {
    const printed = run(process.execPath, [vitest, 'run', '--reporter=json', ...args], folder);
    const { numPassedTests, success } = JSON.parse(printed);
    if (!success || numPassedTests !== 2) throw new Error(`${args.join(' ')}: ${printed}`);
  }
}
