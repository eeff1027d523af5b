import { uniqueName } from '@keyturn/testkit/postgres';
import { useRotationFixture } from './support/rotation-fixture.js';

// md5 as on Redshift, where the stored form is made with the user's name.
const fixture = useRotationFixture({ auth: 'md5' });

it.each([
  ['quotes', `${uniqueName('o')} "O'Hara"`],
  ['per cent signs', `${uniqueName('p')} 100%s %(x)s`],
  ['letters beyond ASCII', `${uniqueName('u')} Žofia 日本 🐑`],
  ['upper case', uniqueName('Sheep')],
  ['a reserved word', 'select'],
  ['the look of a parameter', `${uniqueName('d')} $1 {{name}} :x`.replace(':', '')],
  ['the look of a statement', `${uniqueName('s')}"; drop table x; --`],
  ['the suffix of a clone', `${uniqueName('sheep')}_clone`],
])('rotates a user whose name has %s', async (_, name) => {
  const { makeUser, makeSecret, fieldsFor, superuserSecret, forgetLater } = fixture();
  const alternate = name.endsWith('_clone') ? name.slice(0, -'_clone'.length) : `${name}_clone`;
  forgetLater(alternate);
  const user = await makeUser({ name });
  const secret = makeSecret(fieldsFor(user, { masterarn: superuserSecret }));

  const strategies = ['single user', 'alternating users', 'alternating users'] as const;
  for (const strategy of strategies) {
    const { error } = await fixture().rotate(secret, { strategy });
    expect(error).toBeUndefined();
  }

  const [current, previous] = ['AWSCURRENT', 'AWSPREVIOUS'].map((label) => {
    const login = fixture().value(secret, label);
    if (login === undefined) throw new Error(`no version has the label ${label}`);
    return login;
  });
  expect([current?.username, previous?.username]).toEqual([name, alternate]);
  for (const login of [current, previous])
    expect(login && (await fixture().signsIn(login))).toBe(true);
});
