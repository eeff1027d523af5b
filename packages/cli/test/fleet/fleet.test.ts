import { setTimeout as sleep } from 'node:timers/promises';
import { cheapFleet } from '../support/cheap-fleet.js';
import { useCliFixture, type CliRun } from '../support/cli-fixture.js';

const fixture = useCliFixture();

const FAST = ['--yes', '--per-second', '1000'];
const rotateFleet = (args: readonly string[], ...rest: [] | [object]): Promise<CliRun> =>
  fixture().cli(['fleet', 'rotate', ...args], ...rest);
const names = (list: unknown) =>
  (list as { readonly name: string }[]).map(({ name }) => name.split('/')[1]).sort();
const interactive = (answer: boolean, asked: string[] = []) => ({
  interactive: true,
  ask: (question: string) => (asked.push(question), Promise.resolve(answer)),
});

describe('keyturn fleet rotate', () => {
  it('rotates what fits the filters, over all pages, and says why it skips the rest', async () => {
    const fleet = cheapFleet(fixture());
    fleet.addMany(130);
    fleet.add('plain', { rotated: false });
    fleet.add('gone');
    fleet.add('off');
    const { manager } = fixture();
    manager.call('DeleteSecret', { SecretId: `${fleet.prefix}gone` });
    manager.call('CancelRotateSecret', { SecretId: `${fleet.prefix}off` });

    const run = await rotateFleet(['--filter', fleet.filter, ...FAST, '--json']);
    expect(run.code).toBe(0);
    const report = run.json();
    expect(report['counts']).toEqual({
      rotated: 130,
      alreadyRotated: 0,
      failed: 0,
      skipped: 3,
      notStarted: 0,
    });
    expect(names(report['skipped'])).toEqual(['gone', 'off', 'plain']);
    expect(report['skipped']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ reason: 'marked-for-deletion' }),
        expect.objectContaining({ reason: 'rotation-off' }),
        expect.objectContaining({ reason: 'no-rotation' }),
      ]),
    );
    const rotations = fleet.rotations();
    expect(Object.keys(rotations)).toHaveLength(130);
    expect(new Set(Object.values(rotations))).toEqual(new Set([1]));
    expect(run.err).toBe('');
  });

  it('rotates real users of one database by the real functions, one at a time', async () => {
    const { makeSecret, rotate, value, database } = fixture();
    const secrets = [await makeSecret(), await makeSecret('alternating-users')];
    for (const secret of secrets) await rotate(secret);
    const before = secrets.map((secret) => value(secret, 'AWSCURRENT').password);

    const readInput = () => Promise.resolve(secrets.map(({ id }) => id).join('\n'));
    const run = await rotateFleet(['--secrets-from', '-', ...FAST], { readInput });
    expect(run.out).toContain('one at a time on each of 1 server.');
    expect(run.code).toBe(0);
    for (const [i, secret] of secrets.entries()) {
      const current = value(secret, 'AWSCURRENT');
      expect(current.password).not.toBe(before[i]);
      await (await database.connect(current)).end();
    }
  });

  it.each([
    ['never rotates two secrets of one server at once', [], 1],
    ['rotates several of one server at once where it may', ['--no-cluster-limit'], 4],
  ] as const)('%s', async (_, more, most) => {
    const fleet = cheapFleet(fixture());
    fleet.addMany(6, { host: 'one.example' });
    fleet.slowDown(async () => {
      await sleep(30);
      // Nobody ends before as many are under way as there may be.
      while (fleet.mostAtOnce() < most) await sleep(5);
    });
    const run = await rotateFleet([
      '--filter',
      fleet.filter,
      ...FAST,
      '--concurrency',
      '4',
      ...more,
    ]);
    expect(run.code).toBe(0);
    expect(fleet.mostAtOnce()).toBe(most);
  });

  it('rotates one at a time where the values, and so the servers, cannot be read', async () => {
    const fleet = cheapFleet(fixture());
    fleet.addMany(3, { host: 'one.example' });
    fleet.slowDown(() => sleep(10));
    const { manager } = fixture();
    manager.faults.add({ operation: 'GetSecretValue', error: 'AccessDeniedException', times: 3 });
    const run = await rotateFleet(['--filter', fleet.filter, ...FAST]);
    manager.faults.clear();
    expect(run.out).toContain('The values of 3 secrets could not be read');
    expect(run.code).toBe(0);
    expect(fleet.mostAtOnce()).toBe(1);
  });

  it('rotates the others where one fails, and says which and why', async () => {
    const fleet = cheapFleet(fixture());
    fleet.addMany(4);
    const { manager, cli } = fixture();
    fleet.slowDown((name) => (name === 's1' ? Promise.reject(new Error('no')) : Promise.resolve()));
    const denied = manager.call('ListSecrets', {
      Filters: [{ Key: 'name', Values: [`${fleet.prefix}s2`] }],
    })['SecretList'] as { readonly ARN: string }[];
    const [{ ARN: secretId } = { ARN: '' }] = denied;
    manager.faults.add({ operation: 'RotateSecret', secretId, error: 'AccessDeniedException' });

    const run = await rotateFleet(['--filter', fleet.filter, ...FAST, '--timeout', '5']);
    manager.faults.clear();
    expect(run.code).toBe(4);
    expect(run.out).toContain('rotated  2\n');
    expect(run.out).toContain(`failed  ${fleet.prefix}s1\n        KEYTURN_ROTATION_UNFINISHED: `);
    expect(run.out).toContain(`failed  ${fleet.prefix}s2\n        KEYTURN_STORE_ACCESS_DENIED: `);
    expect(fleet.rotations()).toEqual({ s0: 1, s3: 1 });
    expect((await cli(['doctor', `${fleet.prefix}s1`, '--json'])).code).toBe(2);
  });

  it('ends with 5 where the service is still at it and nothing else went wrong', async () => {
    const fleet = cheapFleet(fixture());
    fleet.add('a');
    fleet.slowDown(() => Promise.reject(new Error('not today')));
    const run = await rotateFleet(['--filter', fleet.filter, ...FAST, '--timeout', '1', '--json']);
    expect(run.code).toBe(5);
    expect(run.json()['failed']).toMatchObject([{ code: 'KEYTURN_ROTATION_UNFINISHED' }]);
  });

  it('waits and asks again while the service throttles', async () => {
    const fleet = cheapFleet(fixture());
    fleet.addMany(30);
    const { manager } = fixture();
    for (const operation of ['RotateSecret', 'ListSecrets', 'DescribeSecret'] as const) {
      manager.faults.add({ operation, error: 'ThrottlingException', probability: 0.3 });
    }
    const run = await rotateFleet([
      '--filter',
      fleet.filter,
      ...FAST,
      '--concurrency',
      '30',
      '--json',
    ]);
    manager.faults.clear();
    expect(run.json()['counts']).toMatchObject({ rotated: 30, failed: 0 });
    expect(new Set(Object.values(fleet.rotations()))).toEqual(new Set([1]));
  });

  it('takes a list of names and ARNs, and reports the ones that are not there', async () => {
    const fleet = cheapFleet(fixture());
    fleet.addMany(2);
    const list = `# a comment\n${fleet.prefix}s0\n\n${fleet.prefix}s1 # another\nnothing\n${fleet.prefix}s0\n`;
    const readInput = () => Promise.resolve(list);
    const run = await rotateFleet(['--secrets-from', '-', ...FAST, '--json'], { readInput });
    expect(run.code).toBe(4);
    const report = run.json();
    expect(names(report['rotated'])).toEqual(['s0', 's1']);
    expect(report['failed']).toMatchObject([
      { secretId: 'nothing', code: 'KEYTURN_STORE_NOT_FOUND' },
    ]);
  });

  it('only shows what it would do with --dry-run', async () => {
    const fleet = cheapFleet(fixture());
    fleet.add('a');
    fleet.add('b', { rotated: false });
    const args = ['--filter', fleet.filter, '--dry-run'];
    const run = await rotateFleet(args);
    expect(run.code).toBe(2);
    expect(run.out).toBe(
      `rotate  ${fleet.prefix}a\nskip    ${fleet.prefix}b (no rotation function)\n1 secret.\n`,
    );
    expect((await rotateFleet([...args, '--json'])).json()).toMatchObject({
      outcome: 'planned',
      toRotate: [{ name: `${fleet.prefix}a` }],
      skipped: [{ name: `${fleet.prefix}b`, reason: 'no-rotation' }],
    });
    expect(fleet.rotations()).toEqual({});
  });

  it('refuses where nothing can be rotated', async () => {
    const run = await rotateFleet(['--filter', 'name=nobody-is-called-this', ...FAST]);
    expect(run).toMatchObject({ code: 3, out: 'Nothing to rotate.\n' });
  });

  it('says how many there are, and rotates them once somebody says yes', async () => {
    const fleet = cheapFleet(fixture());
    fleet.addMany(2);
    const asked: string[] = [];
    const no = await rotateFleet(['--filter', fleet.filter], interactive(false, asked));
    expect(asked).toEqual(['Rotate 2 secrets now?']);
    expect(no).toMatchObject({ code: 6, out: expect.stringContaining('Nothing was done.\n') });
    const nobody = await rotateFleet(['--filter', fleet.filter]);
    expect(nobody).toMatchObject({ code: 6, out: expect.stringContaining('pass --yes') });
    expect(fleet.rotations()).toEqual({});
    const yes = await rotateFleet(['--filter', fleet.filter], interactive(true));
    expect(yes.code).toBe(0);
    expect(fleet.rotations()).toEqual({ s0: 1, s1: 1 });
  });

  it('starts no more once it is interrupted, and waits for those under way', async () => {
    const fleet = cheapFleet(fixture());
    fleet.addMany(5);
    const controller = new AbortController();
    fleet.slowDown(async () => {
      controller.abort();
      await sleep(50);
    });
    const run = await rotateFleet(
      ['--filter', fleet.filter, '--yes', '--concurrency', '1', '--json'],
      {
        interrupted: controller.signal,
      },
    );
    expect(run.code).toBe(130);
    expect(run.json()).toMatchObject({
      outcome: 'interrupted',
      counts: { rotated: 1, notStarted: 4 },
    });
    expect(fleet.rotations()).toEqual({ s0: 1 });
  });

  it('begins no more per second than it is told', async () => {
    const fleet = cheapFleet(fixture());
    fleet.addMany(4);
    const controller = new AbortController();
    fleet.slowDown(async () => {
      await sleep(50);
      controller.abort();
    });
    const run = await rotateFleet(
      ['--filter', fleet.filter, '--yes', '--concurrency', '4', '--per-second', '0.001', '--json'],
      { interrupted: controller.signal },
    );
    // The second would begin a quarter of an hour after the first.
    expect(run.json()).toMatchObject({ counts: { rotated: 1, notStarted: 3 } });
  });
});

describe('wrong usage of keyturn fleet rotate', () => {
  it.each([
    [[], 'give --filter, --secrets-from or both, or --all alone'],
    [['--all', '--filter', 'name=a'], 'give --filter, --secrets-from or both, or --all alone'],
    [['--filter', 'nonsense=a'], 'with one of the keys all, description, name'],
    [['--filter', 'name'], 'with one of the keys all, description, name'],
    [['--filter', 'name='], 'After the key come 1 to 10 values'],
    [['--filter', 'name=ä'], 'After the key come 1 to 10 values'],
    [['--all', '--concurrency', '0'], 'It has to be a whole number from 1.'],
    [['--all', '--per-second', '0'], 'It has to be a number above 0.'],
  ])('%j ends with 64 and a sentence', async (args, sentence) => {
    const { code, err } = await rotateFleet(args);
    expect(code).toBe(64);
    expect(err).toContain(sentence);
  });

  it('of a list that is not there ends with its name', async () => {
    const { code, err } = await rotateFleet(['--secrets-from', 'no/such/file']);
    expect(code).toBe(3);
    expect(err).toContain('no/such/file');
  });

  it.each([
    ['orders\n"bills",', 'Line 2'],
    ['[', 'Line 1'],
    ['orders\r\n\r\nbills;sales', 'Line 3'],
  ])('of a list with what is no name or ARN names the line: %j', async (list, line) => {
    const { code, err } = await rotateFleet(['--secrets-from', '-', '--yes'], {
      readInput: () => Promise.resolve(list),
    });
    expect(code).toBe(3);
    expect(err).toContain(line);
  });
});

describe('a list of secrets', () => {
  it('may have its names by tabs, as the AWS CLI prints them', async () => {
    const fleet = cheapFleet(fixture());
    const list = ['a', 'b', 'c'].map((name) => {
      fleet.add(name);
      return `${fleet.prefix}${name}`;
    });
    const readInput = () => Promise.resolve(`${list.join('\t')}\r\n`);

    const run = await rotateFleet(['--secrets-from', '-', '--json', ...FAST], { readInput });

    expect(run.code).toBe(0);
    expect(names(run.json()['rotated'])).toHaveLength(3);
  });

  it('that names none that is there is no success, also in a dry run', async () => {
    const readInput = () => Promise.resolve('nobody/orders\nnobody/bills');

    const run = await rotateFleet(['--secrets-from', '-', '--dry-run'], { readInput });

    expect(run.code).toBe(3);
    expect(run.out).toContain('2 secrets not found or not visible');
  });
});
