import { BUNDLES, type StrategyName } from './support/bundles.js';
import {
  useRotationFixture,
  versionsOf,
  type RotationFixture,
} from './support/rotation-fixture.js';
import { TEMPLATE_GUARDS, type TemplateView } from './support/template-guards.js';

const fixture = useRotationFixture();

describe.each(Object.keys(BUNDLES) as StrategyName[])('what keyturn leaves: %s', (strategy) => {
  const guards = TEMPLATE_GUARDS.filter(({ of }) => of.includes(strategy));
  const views: { readonly after: string; readonly view: TemplateView }[] = [];

  beforeAll(async () => {
    const { makeUser, makeSecret, fieldsFor, database, rotate, onStep } = fixture();
    // Spellings that keyturn parses and the templates compare letter by letter.
    const spelling = { host: database.host.toUpperCase(), port: String(database.port) };
    const superuser = makeSecret(fieldsFor(database.superuser, spelling));
    const fields = fieldsFor(await makeUser(), { ...spelling, masterarn: superuser });
    const secret = makeSecret(fields);
    onStep(({ step, token, secretArn }) => {
      if (secretArn === secret) views.push({ after: step, view: look(fixture(), secret, token) });
    });
    for (const rotation of ['first', 'second']) {
      const { outcome, token } = await rotate(secret, { strategy });
      expect(outcome).toBe('succeeded');
      views.push({ after: `${rotation} rotation`, view: look(fixture(), secret, token) });
    }
  });

  it('is looked at after every step and every rotation', () => {
    expect(views).toHaveLength(10);
  });

  it.each(guards)('passes: $guard', ({ holds }) => {
    expect(views.filter(({ view }) => !holds(view)).map(({ after }) => after)).toEqual([]);
  });
});

/** What a template would see if it were called now. */
function look(
  { manager, value, labels }: RotationFixture,
  secret: string,
  token: string,
): TemplateView {
  const all = Object.values(manager.state()).flat();
  const current = value(secret, 'AWSCURRENT');
  if (current === undefined) throw new Error('there is no current value');
  const { AWSCURRENT, AWSPENDING } = labels(secret);
  return {
    rotationEnabled: all.find(({ arn }) => arn === secret)?.rotation?.enabled,
    tokenLabels: versionsOf(manager, secret).find(({ id }) => id === token)?.labels ?? [],
    current,
    // A promoted version is not compared with itself: the templates end before that.
    pending: AWSPENDING === AWSCURRENT ? undefined : value(secret, 'AWSPENDING'),
    previous: value(secret, 'AWSPREVIOUS'),
    superuser: value(String(current['masterarn']), 'AWSCURRENT'),
  };
}
