import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { useSecretsManager } from '../src/index.js';

describe('the helper for test runners', () => {
  const secretsManager = useSecretsManager();
  const create = () =>
    secretsManager().call('CreateSecret', { Name: 'db', ClientRequestToken: '1'.repeat(32) });

  it.each(['first', 'second'])('gives the %s test an empty Secrets Manager', () => {
    expect(create()).toMatchObject({ Name: 'db' });
  });

  it('says what is missing outside of tests', () => {
    const idle = useSecretsManager({
      hooks: { beforeAll: () => 0, afterAll: () => 0, beforeEach: () => 0 },
    });
    expect(idle).toThrow('runs only inside tests and hooks');
  });

  it('works with the hooks of node:test', () => {
    const file = join(__dirname, 'use-secrets-manager.node-test.mts');
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { stdout } = spawnSync(
      process.execPath,
      ['--import=tsx', '--test', '--test-reporter=tap', file],
      { env, encoding: 'utf8' },
    );
    expect(stdout).toMatch(/^# pass 2$/m);
    expect(stdout).toMatch(/^# fail 0$/m);
  });
});
