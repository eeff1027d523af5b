import { useCliFixture } from './support/cli-fixture.js';
import { hasPseudoTerminal, see, steady, useBundledCommand } from './support/pseudo-terminal.js';

const fixture = useCliFixture();
useBundledCommand();
const where = () => [
  '--endpoint',
  fixture().manager.endpoint,
  '--region',
  fixture().manager.region,
];

describe('on a terminal of 80 columns without colour', () => {
  it('shows a stuck rotation, repairs it once somebody says yes, and shows it healthy', async () => {
    const { makeSecret, rotate, setPassword, value } = fixture();
    const secret = await makeSecret();
    await rotate(secret, 'finishSecret');
    // As if finishSecret had died between the change and the move of the label.
    await setPassword(secret.user, value(secret, 'AWSPENDING').password);
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
    const after = await fixture().cli(['doctor', secret.id]);
    expect(after.code).toBe(0);
    expect(after.out).toContain('(healthy)\nHealthy\n');
  });

  it('shows what the next rotation would do to permissions, with SQL to copy', async () => {
    const { makeSecret, rotate, database } = fixture();
    const secret = await makeSecret('alternating-users');
    await rotate(secret);
    const { id, user } = secret;
    await database.query(`create schema ${user}; create table ${user}.orders (id int);
      grant usage on schema ${user} to ${user}_clone;
      grant select, insert, update, delete, truncate on ${user}.orders to ${user}_clone;
      grant references on ${user}.orders to ${user}`);
    const names = {
      [id]: 'orders'.padEnd(id.length, '.'),
      [user]: 'sheep'.padEnd(user.length, '_'),
      [database.name]: 'dev',
    };

    const plan = await see(['permissions', 'plan', id, ...where()]);
    expect(plan.code).toBe(0);
    expect(steady(plan.screen, names)).toMatchInlineSnapshot(`
      "orders...........: sheep_________ beside sheep__________clone, whose permissions
          count
      Policy add-missing.

      Database dev
        + USAGE on schema sheep_________
        + INSERT, SELECT, UPDATE, DELETE, TRUNCATE on sheep_________.orders
        ! REFERENCES on sheep_________.orders

        The next rotation runs:
          GRANT USAGE ON SCHEMA "sheep_________" TO "sheep_________";
          GRANT DELETE, INSERT, SELECT, TRUNCATE, UPDATE ON TABLE
            "sheep_________"."orders" TO "sheep_________";

        To take what goes beyond from both, so that it stays away:
          REVOKE REFERENCES ON TABLE "sheep_________"."orders" FROM "sheep_________";
          REVOKE REFERENCES ON TABLE "sheep_________"."orders" FROM
            "sheep__________clone";

      + is missing and would be granted; ! goes beyond and stays
      If only one user has a permission, a later rotation grants it to the other. To
          remove a permission, revoke it from both users.
      Not equal. Nothing was changed.
      "
    `);
    const diff = await see(['permissions', 'diff', id, ...where()]);
    expect(diff.code).toBe(1);
    for (const { screen } of [plan, diff]) {
      expect(screen).not.toContain('\u001b[3');
      expect(Math.max(...screen.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    }
    const { out } = await fixture().cli(['permissions', 'diff', id], { colours: true });
    expect(out).toContain('\u001b[33m  ! REFERENCES on ');
  });

  it('uses colours where they are wanted', async () => {
    const { makeSecret, cli } = fixture();
    const { id } = await makeSecret();
    const { out } = await cli(['doctor', id], { colours: true });
    expect(out).toContain('\u001b[33mRotation was never enabled');
  });
});

describe('on a plain pipe', () => {
  it('asks nobody, and does nothing without --yes', async () => {
    const { makeSecret, rotate } = fixture();
    const secret = await makeSecret();
    await rotate(secret, 'createSecret');

    const { screen, code } = await see(['repair', secret.id, ...where()], { terminal: false });
    expect(code).toBe(6);
    expect(screen).toContain('Nothing was done: not a terminal; pass --yes to go ahead.');
  });

  it('tells a host that does not exist from a database that does not answer', async () => {
    const { makeSecret } = fixture();
    const { id } = await makeSecret('single-user', { host: 'nowhere.invalid' });

    const { screen, code } = await see(['doctor', id, '--json', ...where()], { terminal: false });
    expect(JSON.parse(screen)).toMatchObject({ state: 'unreachable-dns' });
    expect(code).toBe(2);
  });
});
