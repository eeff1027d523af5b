import { useCliBench } from './support/cli-bench.js';
import { hasPseudoTerminal, see, steady, useBundledCommand } from './support/pseudo-terminal.js';

const bench = useCliBench();
useBundledCommand();
const where = () => ['--endpoint', bench().manager.endpoint, '--region', bench().manager.region];

describe('on a terminal of 80 columns without colour', () => {
  it('shows a stuck rotation, repairs it once somebody says yes, and shows it healthy', async () => {
    const { makeSecret, rotate } = bench();
    const secret = await makeSecret();
    await rotate(secret, 'testSecret');
    const names = {
      [secret.id]: 'orders'.padEnd(secret.id.length, '.'),
      [secret.user]: 'sheep'.padEnd(14, '.'),
    };

    const doctor = await see(['doctor', secret.id, ...where()]);
    expect(doctor.code).toBe(2);
    expect(steady(doctor.screen, names)).toMatchInlineSnapshot(`
      "orders........... (set-not-promoted)
      The new password is set, and AWSCURRENT has not moved

        The database refuses the AWSCURRENT password of "sheep.........", and lets the
        AWSPENDING one in (version v1..................................).
        Next: \`keyturn repair\` finishes that very rotation: it tests the credential
        and moves AWSCURRENT.

      VERSION   LABELS      USER            SIGN-IN
      v2......  AWSCURRENT  sheep.........  refused
      v3......  AWSPENDING  sheep.........  accepted
      "
    `);

    const answers = [{ to: 'Go ahead? [y/N]', with: 'y\n' }];
    const asked = hasPseudoTerminal ? { answers } : {};
    const yes = hasPseudoTerminal ? [] : ['--yes'];
    const repair = await see(['repair', secret.id, ...yes, ...where()], asked);
    expect(repair.screen).toContain('\nPlan:\n  1. go through the four steps for version');
    expect(repair.screen).toContain('Repaired.');
    expect(repair.code).toBe(0);

    for (const { screen } of [doctor, repair]) {
      expect(screen).not.toContain('\u001b[3');
      expect(Math.max(...screen.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    }
    const after = await bench().cli(['doctor', secret.id]);
    expect(after.code).toBe(0);
    expect(after.out).toContain('(healthy)\nHealthy\n');
  }, 30_000);

  it('uses colours where they are wanted', async () => {
    const { makeSecret, cli } = bench();
    const { id } = await makeSecret();
    const { out } = await cli(['doctor', id], { colours: true });
    expect(out).toContain('\u001b[33mRotation was never enabled');
  });
});

describe('on a plain pipe', () => {
  it('asks nobody, and does nothing without --yes', async () => {
    const { makeSecret, rotate } = bench();
    const secret = await makeSecret();
    await rotate(secret, 'createSecret');

    const { screen, code } = await see(['repair', secret.id, ...where()], { terminal: false });
    expect(code).toBe(6);
    expect(screen).toContain('Nothing was done: nobody can be asked here; give --yes to go ahead.');
  });

  it('tells a host that does not exist from a database that does not answer', async () => {
    const { makeSecret } = bench();
    const { id } = await makeSecret('single-user', { host: 'nowhere.invalid' });

    const { screen, code } = await see(['doctor', id, '--json', ...where()], { terminal: false });
    expect(JSON.parse(screen)).toMatchObject({ state: 'unreachable-dns' });
    expect(code).toBe(2);
  });
});
