import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSecretsManager } from '../../src/secrets-manager/index.js';

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

  it('is refused when it holds something else', async () => {
    const persistTo = join(folder, 'other.json');
    writeFileSync(persistTo, '{"name":"package"}');
    await expect(startSecretsManager({ persistTo })).rejects.toThrow('is not a state file');
  });
});
