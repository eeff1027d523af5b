import { useCliFixture, type TestSecret } from './support/cli-fixture.js';

const fixture = useCliFixture();

/** A secret of one version, whose user nobody can sign in as any more. */
async function lockedOut(): Promise<{ secret: TestSecret; args: readonly string[] }> {
  const { makeSecret, setPassword } = fixture();
  const secret = await makeSecret('alternating-users');
  await setPassword(secret.user, 'Nobody-knows-1');
  return { secret, args: ['repair', secret.id, '--use-superuser'] };
}

/** A person at a terminal, who types this. */
const person = (typed: string | undefined, asked: string[] = []) => ({
  interactive: true,
  askText: (question: string) => (asked.push(question), Promise.resolve(typed)),
});

describe('2: keyturn repair sets the password of no user that AWSCURRENT alone names', () => {
  it.each([
    ['without a name', []],
    ['without a name, nobody to be asked', ['--yes']],
    ['without a name, as JSON', ['--json', '--yes']],
    ['with another name', ['--yes', '--user-name', 'somebody']],
    ['with an empty name', ['--yes', '--user-name', '']],
    ['in a dry run', ['--dry-run']],
  ])('%s', async (_, options) => {
    const { secret, args } = await lockedOut();
    const { code, out } = await fixture().cli([...args, ...options]);
    expect(code).not.toBe(0);
    expect(out).toMatch(/Not repaired|"refused"/);
    const doctor = await fixture().cli(['doctor', secret.id]);
    expect(doctor.out.replaceAll(/\s+/g, ' ')).toContain('No other version, older than AWSCURRENT');
    expect(doctor.out).toContain('(locked-out)');
  });

  it.each(['', 'somebody', undefined])('where a person types %j', async (typed) => {
    const { secret, args } = await lockedOut();
    const { code, out } = await fixture().cli(args, person(typed));
    expect(code).not.toBe(0);
    expect(out).toContain('Not repaired');
    expect((await fixture().cli(['doctor', secret.id])).out).toContain('(locked-out)');
  });

  it('but where a person types that name, or gives it', async () => {
    const typed = await lockedOut();
    const asked: string[] = [];
    const atTerminal = await fixture().cli(typed.args, person(typed.secret.user, asked));
    expect(asked).toEqual(['Type the name of that user to go ahead:']);
    expect(atTerminal.out).toContain('Repaired.');

    const given = await lockedOut();
    const withName = await fixture().cli([
      ...given.args,
      '--user-name',
      given.secret.user,
      '--yes',
    ]);
    expect(withName.out).toContain('Repaired.');
    expect(withName.code).toBe(0);
  });
});
