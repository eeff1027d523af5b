import { alternatingUsers, diagnose, planSecretPermissions, repair } from '../../src/index.js';
import { RotationFixture, SECRET } from '../support/rotation-fixture.js';

describe('3: a secret is not its own superuser secret', () => {
  const ARN = `arn:aws:secretsmanager:us-east-1:123456789012:secret:${SECRET}-kEyTrn`;
  const NAMES = [
    ['its name', SECRET],
    ['its ARN', ARN],
    ['its partial ARN', ARN.replace('-kEyTrn', '')],
  ] as const;

  it.each(NAMES)('named by %s as masterarn', async (_, masterarn) => {
    const fixture = new RotationFixture({ strategy: alternatingUsers(), fields: { masterarn } });
    fixture.begin('second');
    const error = await fixture.refusal('createSecret', 'second');
    expect(error).toMatchObject({ code: 'KEYTURN_SUPERUSER_SECRET_UNFIT', field: 'masterarn' });
    expect(fixture.signIns).toEqual([]);
  });

  it.each(NAMES)('named by %s in the settings', async (_, superuserSecret) => {
    const strategy = alternatingUsers();
    const fixture = new RotationFixture({ strategy, settings: { superuserSecret } });
    fixture.begin('second');
    const error = await fixture.refusal('createSecret', 'second');
    expect(error).toMatchObject({
      code: 'KEYTURN_SUPERUSER_SECRET_UNFIT',
      field: 'superuserSecret',
    });
    expect(fixture.signIns).toEqual([]);
  });

  it.each(NAMES)('named by %s once AWSPENDING has its value', async (_, masterarn) => {
    const fixture = new RotationFixture({ strategy: alternatingUsers() });
    fixture.begin('second');
    await fixture.run('createSecret', 'second');
    fixture.putValue('flip', { masterarn }, ['AWSCURRENT']);
    const error = await fixture.refusal('setSecret', 'second');
    expect(error).toMatchObject({ code: 'KEYTURN_SUPERUSER_SECRET_UNFIT', field: 'masterarn' });
    expect(fixture.signIns.filter((line) => line.startsWith('shepherd'))).toEqual([]);
  });

  it.each(NAMES)('named by %s for an operator', async (_, masterarn) => {
    const fixture = new RotationFixture({ strategy: alternatingUsers(), fields: { masterarn } });
    const { store, database, clock } = fixture;
    const parts = { store, database, clock, strategy: alternatingUsers(), secretId: SECRET };
    expect(await planSecretPermissions(parts)).toMatchObject({
      kind: 'refused',
      error: { code: 'KEYTURN_SUPERUSER_SECRET_UNFIT', field: 'masterarn' },
    });
    expect(await diagnose(parts)).toMatchObject({ state: 'superuser-dead' });
    fixture.database.putUser(fixture.address, { name: 'sheep', password: 'Changed-By-Hand-1' });
    expect(await repair({ ...parts, useSuperuser: true, userName: 'sheep' })).toMatchObject({
      kind: 'failed',
      error: { code: 'KEYTURN_SUPERUSER_SECRET_UNFIT' },
    });
  });
});
