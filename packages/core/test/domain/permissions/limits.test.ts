import { withGranted } from '../../../src/domain/permissions/apply-changes.js';
import { decidePermissionPlan } from '../../../src/domain/permissions/decide-permission-plan.js';
import { diffPermissions } from '../../../src/domain/permissions/diff-permissions.js';
import { LIMIT_DEFAULTS, type Permission } from '../../../src/domain/permissions/permission.js';

const limit = (name: keyof typeof LIMIT_DEFAULTS, value: string): Permission => ({
  kind: 'limit',
  limit: name,
  value,
  grantable: false,
});
const connections = (value: string) => limit('connections', value);
const until = (value: string) => limit('valid-until', value);
const setting = (value: string): Permission => ({
  kind: 'setting',
  setting: 'search_path',
  value,
  grantable: false,
});
const plan = (source: readonly Permission[], target: readonly Permission[]) =>
  decidePermissionPlan({ source, target, inherited: [], exact: false, unproven: new Set() });

describe('a limit', () => {
  it('at its default is the same as none', () => {
    for (const [name, value] of Object.entries(LIMIT_DEFAULTS)) {
      const none = limit(name as keyof typeof LIMIT_DEFAULTS, value);
      expect(diffPermissions([none], [])).toEqual({ missing: [], extra: [] });
      expect(diffPermissions([], [none])).toEqual({ missing: [], extra: [] });
      expect(withGranted([], [none])).toEqual([]);
    }
    expect(withGranted([connections('7')], [connections('UNLIMITED')])).toEqual([]);
    expect(withGranted([connections('7')], [connections('8')])).toEqual([connections('8')]);
  });

  it.each([
    [connections('7'), connections('8')],
    [connections('9'), connections('10')],
    [connections('7'), connections('UNLIMITED')],
    [limit('session-timeout', '60'), limit('session-timeout', '0')],
    [until('2030-01-01T00:00:00Z'), until('2031-01-01T00:00:00Z')],
    [until('2030-01-01T00:00:00Z'), until('infinity')],
  ])('is only made wider where nothing is to be taken away: %j, not %j', (narrow, wide) => {
    const held = (value: Permission) => withGranted([], [value]);
    expect(plan(held(wide), held(narrow))).toMatchObject({ grant: [wide], extra: [] });
  });

  it('that is too wide is reported with the value it should have', () => {
    for (const [narrow, wide] of [
      [connections('9'), connections('10')],
      [until('2030-01-01T00:00:00Z'), until('2031-01-01T00:00:00Z')],
    ] as const) {
      const { grant, extra } = plan([narrow], [wide]);
      expect(grant).toEqual([]);
      expect(extra).toEqual([{ permission: wide, optionOnly: false, instead: narrow }]);
    }
  });
});

describe('a setting', () => {
  it('with another value is given the source’s, and takes the last one given', () => {
    expect(plan([setting('a')], [setting('b')])).toMatchObject({
      grant: [setting('a')],
      extra: [],
    });
    expect(withGranted([setting('a')], [setting('b')])).toEqual([setting('b')]);
  });
});

describe('a grant option', () => {
  const usage = (grantable: boolean): Permission => ({
    kind: 'schema',
    schema: 's',
    privilege: 'USAGE',
    grantable,
  });

  it('is not lost by a grant without it', () => {
    expect(withGranted([usage(true)], [usage(false)])).toEqual([usage(true)]);
    expect(withGranted([usage(false)], [usage(true)])).toEqual([usage(true)]);
  });
});
