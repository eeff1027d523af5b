import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSecretsManager, type LocalSecretsManager } from '@keyturn/testkit';

const MAIN = join(__dirname, '..', 'src', 'main.ts');
const KEYS = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

let folder: string;
let manager: LocalSecretsManager;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyturn-aws-'));
  manager = await startSecretsManager();
  manager.call('CreateSecret', {
    Name: 'orders',
    SecretString: '{"a":"b"}',
    ClientRequestToken: randomUUID(),
  });
  await writeFile(
    join(folder, 'config'),
    `[profile local]
region = ${manager.region}
endpoint_url = ${manager.endpoint}
aws_access_key_id = local
aws_secret_access_key = local

[profile team]
sso_session = company
sso_account_id = 123456789012
sso_role_name = Reader
region = ${manager.region}

[sso-session company]
sso_start_url = https://company.example/start
sso_region = ${manager.region}
sso_registration_scopes = sso:account:access
`,
  );
});

afterAll(async () => {
  await manager.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the CLI in a process of its own, since the SDK reads the process's environment. */
async function keyturn(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | string | null | undefined; readonly output: string }> {
  const { PATH = '' } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--conditions=@keyturn/source', '--import=tsx', MAIN, 'versions', 'orders', ...args],
      {
        env: {
          PATH,
          HOME: folder,
          AWS_CONFIG_FILE: join(folder, 'config'),
          AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
          AWS_EC2_METADATA_DISABLED: 'true',
          ...env,
        },
      },
      (error, stdout, stderr) =>
        resolve({
          code: error === null ? 0 : error.code,
          output: `${stdout}${stderr}`.replace(/\s+/g, ' '),
        }),
    );
  });
}

it('goes where the profile says Secrets Manager answers', async () => {
  expect(await keyturn(['--profile', 'local'])).toMatchObject({ code: 0 });
});

it('takes the region from AWS_DEFAULT_REGION too', async () => {
  const region = { AWS_DEFAULT_REGION: manager.region };

  expect(await keyturn(['--endpoint', manager.endpoint], { ...KEYS, ...region })).toMatchObject({
    code: 0,
  });
});

it.each([
  ['no region', [], KEYS, 'Set AWS_REGION'],
  ['no credentials', ['--region', 'eu-west-1'], {}, 'no AWS credentials were found'],
  ['an unknown profile', ['--profile', 'nobody', '--region', 'eu-west-1'], {}, 'list-profiles'],
  ['no SSO session', ['--profile', 'team'], {}, 'aws sso login'],
] as const)('says what to do where there is %s', async (_, args, env, remedy) => {
  const { code, output } = await keyturn(args, env);

  expect(output).toContain(remedy);
  expect(code).toBe(3);
});
