import { setTimeout as sleep } from 'node:timers/promises';
import type { DiagnosisState } from '@keyturn/core';
import {
  useCliFixture,
  type CliFixture,
  type Strategy,
  type TestSecret,
} from './support/cli-fixture.js';

const fixture = useCliFixture();

interface RepairedState {
  readonly state: DiagnosisState;
  readonly strategy?: Strategy;
  /** How it comes about. */
  readonly by: string;
  readonly produce: (fixture: CliFixture, secret: TestSecret) => Promise<unknown>;
  /** Options that the repair needs. */
  readonly options?: readonly string[];
}

/** Every state that `repair` acts on, produced for real. */
const STATES: readonly RepairedState[] = [
  {
    state: 'pending-empty',
    by: 'a crash before createSecret',
    produce: ({ rotate }, secret) => rotate(secret, 'createSecret'),
  },
  {
    state: 'pending-not-set',
    by: 'a crash before setSecret',
    produce: ({ rotate }, secret) => rotate(secret, 'setSecret'),
  },
  {
    state: 'set-not-promoted',
    by: 'a crash of finishSecret after it had set the password',
    async produce({ rotate, setPassword, value }, secret) {
      await rotate(secret, 'finishSecret');
      await setPassword(secret.user, value(secret, 'AWSPENDING').password);
    },
  },
  {
    state: 'set-not-promoted',
    strategy: 'alternating-users',
    by: 'a crash before finishSecret',
    produce: ({ rotate }, secret) => rotate(secret, 'finishSecret'),
  },
  {
    state: 'current-dead-pending-alive',
    strategy: 'alternating-users',
    by: "a crash, and the current user's password set back",
    async produce({ rotate, setPassword, value }, secret) {
      await rotate(secret);
      const { username, password } = value(secret, 'AWSCURRENT');
      await rotate(secret);
      await rotate(secret);
      await rotate(secret, 'testSecret');
      await setPassword(username, password);
    },
  },
  {
    state: 'current-dead-previous-alive',
    by: 'a password that was set back',
    async produce({ rotate, setPassword, value }, secret) {
      await rotate(secret);
      await setPassword(secret.user, value(secret, 'AWSPREVIOUS').password);
    },
  },
  {
    state: 'current-dead-unlabelled-alive',
    by: 'a rotation that was given up after its password had been set',
    async produce({ rotate, manager, setPassword, value }, secret) {
      await sleep(5);
      await rotate(secret, 'setSecret');
      const { password } = value(secret, 'AWSPENDING');
      manager.call('UpdateSecretVersionStage', {
        SecretId: secret.id,
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: versionWith(manager, secret, 'AWSPENDING'),
      });
      await setPassword(secret.user, password);
    },
  },
  {
    state: 'pending-unfit',
    by: 'a pending value of another host',
    async produce({ rotate, manager, value }, secret) {
      await rotate(secret);
      manager.call('PutSecretValue', {
        SecretId: secret.id,
        ClientRequestToken: crypto.randomUUID(),
        SecretString: JSON.stringify({ ...value(secret, 'AWSCURRENT'), host: 'evil.example' }),
        VersionStages: ['AWSPENDING'],
      });
    },
  },
  {
    state: 'pending-left-behind',
    by: 'an operator who moved AWSCURRENT past a stuck rotation',
    async produce({ rotate, manager, value }, secret) {
      await rotate(secret, 'setSecret');
      await sleep(5);
      const [from, to] = [versionWith(manager, secret, 'AWSCURRENT'), crypto.randomUUID()];
      manager.call('PutSecretValue', {
        SecretId: secret.id,
        ClientRequestToken: to,
        SecretString: JSON.stringify({ ...value(secret, 'AWSCURRENT'), note: 'by hand' }),
        VersionStages: ['BY-HAND'],
      });
      manager.call('UpdateSecretVersionStage', {
        SecretId: secret.id,
        VersionStage: 'AWSCURRENT',
        RemoveFromVersionId: from,
        MoveToVersionId: to,
      });
    },
  },
  {
    state: 'locked-out',
    by: 'a password that was changed outside',
    async produce({ rotate, setPassword }, secret) {
      // Only a version that is older than AWSCURRENT speaks for its user.
      await sleep(5);
      await rotate(secret);
      await setPassword(secret.user, 'Nobody-knows-1');
    },
    options: ['--use-superuser', '--superuser-secret', 'SUPERUSER'],
  },
];

function versionWith({ call }: CliFixture['manager'], { id }: TestSecret, label: string) {
  const { VersionIdsToStages } = call('DescribeSecret', { SecretId: id }) as {
    VersionIdsToStages: Record<string, string[]>;
  };
  return Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes(label))?.[0];
}

const SINGLE = ['--strategy', 'single-user'];

describe.each(STATES)('$state, by $by', ({ state, strategy, produce, options = [] }) => {
  it('is found, planned, repaired, and rotates on', async () => {
    const { cli, rotate, makeSecret, manager, value, database } = fixture();
    const secret = await makeSecret(strategy);
    await produce(fixture(), secret);
    const given = options.map((option) =>
      option === 'SUPERUSER' ? superuserSecretOf(manager, database) : option,
    );
    const args = [secret.id, '--json', ...(strategy === undefined ? SINGLE : [])];

    const found = await cli(['doctor', ...args]);
    expect(found.json()).toMatchObject({ state });
    expect(found.code).toBe(2);

    const before = JSON.stringify(manager.state());
    const planned = await cli(['repair', ...args, '--dry-run', ...given]);
    expect(planned).toMatchObject({ code: 2, err: '' });
    expect(planned.json()).toMatchObject({ outcome: 'planned', diagnosis: { state } });
    expect(JSON.stringify(manager.state())).toBe(before);

    const repaired = await cli(['repair', ...args, '--yes', ...given]);
    expect(repaired.json()).toMatchObject({ outcome: 'repaired' });
    expect(repaired.code).toBe(0);
    expect((await cli(['doctor', ...args])).json()).toMatchObject({ state: 'healthy' });

    expect((await rotate(secret)).outcome).toBe('succeeded');
    const session = await database.connect(value(secret, 'AWSCURRENT'));
    await session.end();
  });
});

function superuserSecretOf(manager: CliFixture['manager'], { superuser }: CliFixture['database']) {
  const secrets = Object.values(manager.state()).flat();
  const found = secrets.find(({ versions }) =>
    versions.some(
      ({ value }) => value?.kind === 'string' && value.text.includes(superuser.password),
    ),
  );
  return found?.name ?? '';
}
