import {
  alternatingUsers,
  singleUser,
  type AlternatingUsersOptions,
  type RotationSettings,
} from '../../src/index.js';
import { RotationFixture } from '../support/rotation-fixture.js';
import { profile, resolved } from '../support/values.js';

const request = { currentUser: 'sheep', settings: resolved(), profile };
const named = (name: string) => ({ kind: 'next-user', name });

describe('the next user', () => {
  it('is the same one with single user', () => {
    expect(singleUser().nextUser(request)).toEqual(named('sheep'));
    expect(singleUser().name).toBe('single user');
  });

  it('has the suffix of the option, else of the setting, else that of AWS’s templates', () => {
    const next = (options?: AlternatingUsersOptions, given: RotationSettings = {}) => {
      const strategy = alternatingUsers(options);
      return strategy.nextUser({ ...request, settings: resolved(given, strategy.settings) });
    };
    expect(next()).toMatchObject(named('sheep_clone'));
    expect(next({}, { cloneSuffix: '_b' })).toMatchObject(named('sheep_b'));
    expect(next({ cloneSuffix: '_c' })).toMatchObject(named('sheep_c'));
    expect(next({ cloneSuffix: '_c' }, { cloneSuffix: '_b' })).toMatchObject(named('sheep_c'));
    expect(alternatingUsers().name).toBe('alternating users');
  });

  it('is refused before anything is stored where the database cannot have the name', async () => {
    const fields = { username: 's'.repeat(125) };
    const fixture = new RotationFixture({ strategy: alternatingUsers(), fields });
    fixture.begin('second');
    expect((await fixture.refusal('createSecret', 'second')).field).toBe('username');
  });
});
