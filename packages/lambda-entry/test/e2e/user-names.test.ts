import { uniqueName } from '@keyturn/testkit/postgres';
import { useRotationBench } from './support/rotation-bench.js';

// md5 as on Redshift, where the stored form is made with the user's name.
const bench = useRotationBench({ auth: 'md5' });

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
  const { makeUser, makeSecret, fieldsFor, superuserSecret, forgetLater } = bench();
  const alternate = name.endsWith('_clone') ? name.slice(0, -'_clone'.length) : `${name}_clone`;
  forgetLater(alternate);
  const user = await makeUser({ name });
  const secret = makeSecret(fieldsFor(user, { masterarn: superuserSecret }));

  const strategies = ['single user', 'alternating users', 'alternating users'] as const;
  for (const strategy of strategies) {
    const { error } = await bench().rotate(secret, { strategy });
    expect(error).toBeUndefined();
  }

  const [current, previous] = ['AWSCURRENT', 'AWSPREVIOUS'].map((label) => {
    const login = bench().value(secret, label);
    if (login === undefined) throw new Error(`no version has the label ${label}`);
    return login;
  });
  expect([current?.username, previous?.username]).toEqual([name, alternate]);
  for (const login of [current, previous])
    expect(login && (await bench().signsIn(login))).toBe(true);
});
