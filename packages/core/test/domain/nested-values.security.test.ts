import fc from 'fast-check';
import { jsonDepth } from '../../src/domain/json-depth.js';
import { redactError } from '../../src/engine/redact-error.js';
import {
  alternatingUsers,
  clusterOf,
  diagnose,
  planSecretPermissions,
  runRotation,
  Sensitive,
  singleUser,
  type RotationStep,
} from '../../src/index.js';
import { RotationFixture, SECRET, SUPERUSER_SECRET, token } from '../support/rotation-fixture.js';
import { FIELDS, parse, refused } from '../support/values.js';

/** As many levels as fit into a secret, and the fewest that are refused. */
const DEPTHS = [65, 1_000, 10_000, 30_000];

/** Ways to nest; each adds levels to those of the secret itself. */
const NESTINGS: readonly (readonly [string, (levels: number) => string])[] = [
  ['lists', (levels) => `"x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}`],
  ['objects', (levels) => `"x":${'{"":'.repeat(levels - 1)}1${'}'.repeat(levels - 1)}`],
  [
    'lists in objects',
    (levels) =>
      `"x":${Array.from({ length: levels - 1 }, (_, i) => (i % 2 ? '[' : '{"":')).join('')}1${Array.from(
        { length: levels - 1 },
        (_, i) => ((levels - i) % 2 ? ']' : '}'),
      ).join('')}`,
  ],
  ['a known key', (levels) => `"ssl":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}`],
];

function nested(nesting: (levels: number) => string, levels: number, more: object = {}): string {
  const text = JSON.stringify({ ...FIELDS, masterarn: SUPERUSER_SECRET, ...more });
  return `${text.slice(0, -1)},${nesting(levels)}}`;
}

const lists = (levels: number, more?: object) => nested(NESTINGS[0]![1], levels, more);
const CASES = NESTINGS.flatMap(([name, nesting]) =>
  DEPTHS.map((levels) => [name, levels, nesting] as const).filter(
    ([, levels, nesting]) => nested(nesting, levels).length <= 65_536,
  ),
);

function fixtureOf(name: 'single' | 'alternating' = 'single') {
  const strategy = name === 'single' ? singleUser() : alternatingUsers();
  const fixture = new RotationFixture({ strategy });
  const { store, database, clock } = fixture;
  const put = (version: string, value: string, labels: readonly string[], secretId = SECRET) =>
    store.putVersion({ secretId, versionId: token(version), value, labels });
  const parts = { store, database, clock, strategy, secretId: SECRET };
  return { fixture, put, parts };
}

/** Code and field are stable; the message names the limit. */
const TOO_DEEP = { code: 'KEYTURN_INVALID_SECRET', field: 'SecretString' };

describe('8: Depth is refused before anything is written', () => {
  it.each(CASES)('refuses %s of %i levels in createSecret', async (_, levels, nesting) => {
    for (const name of ['single', 'alternating'] as const) {
      const { fixture, put } = fixtureOf(name);
      put('deep', nested(nesting, levels), ['AWSCURRENT']);
      fixture.begin('second');
      const error = await fixture.refusal('createSecret', 'second');
      expect(error).toMatchObject(TOO_DEEP);
      expect(error.message).toContain(`nested ${levels} levels deep, and the most is 64.`);
      expect(fixture.value('second')).toBeUndefined();
      expect(fixture.signIns).toEqual([]);
    }
  });

  it.each(NESTINGS.slice(0, 3))('rotates %s of 64 levels to the end', async (_, nesting) => {
    for (const name of ['single', 'alternating'] as const) {
      const { fixture, put } = fixtureOf(name);
      put('deep', nested(nesting, 64), ['AWSCURRENT']);
      await fixture.rotate('second');
      expect(fixture.labels).toEqual({ AWSCURRENT: 'second', AWSPREVIOUS: 'deep' });
    }
  });

  it.each(['createSecret', 'setSecret', 'testSecret'] satisfies RotationStep[])(
    'refuses a pending value of 30,000 levels in %s, and says how to get rid of it',
    async (step) => {
      const { fixture, put } = fixtureOf();
      put('second', lists(30_000), ['AWSPENDING']);
      const error = await fixture.refusal(step, 'second');
      expect(error).toMatchObject(TOO_DEEP);
      expect(error.message).toContain('Take AWSPENDING off that version');
    },
  );

  it('refuses a superuser secret of 30,000 levels in createSecret', async () => {
    const { fixture, put } = fixtureOf('alternating');
    put('deep', lists(30_000), ['AWSCURRENT'], SUPERUSER_SECRET);
    fixture.begin('second');
    const error = await fixture.refusal('createSecret', 'second');
    expect(error).toMatchObject({
      code: 'KEYTURN_SUPERUSER_SECRET_UNFIT',
      field: 'SecretString',
    });
    expect(fixture.value('second')).toBeUndefined();
  });

  it('leaves old versions of 30,000 levels out, and goes on', async () => {
    const { fixture, put } = fixtureOf();
    put('deep', lists(30_000, { password: 'An-old-one-1' }), ['AWSPREVIOUS']);
    put('older', lists(30_000, { password: 'Another-one-1' }), []);
    fixture.begin('second');
    await fixture.runUpTo('finishSecret', 'second');
    expect(fixture.labels).toMatchObject({ AWSCURRENT: 'second' });
  });

  it('is said by every operation for operators', async () => {
    const { put, parts } = fixtureOf('alternating');
    put('deep', lists(30_000), ['AWSCURRENT']);
    const { facts } = await diagnose(parts);
    expect(facts).toMatchObject({ kind: 'unread', code: 'KEYTURN_INVALID_SECRET' });
    const plan = await planSecretPermissions(parts);
    expect(plan).toMatchObject({ kind: 'refused', error: TOO_DEEP });
    const run = await runRotation(parts);
    expect(run).toMatchObject({ kind: 'failed', error: TOO_DEEP, pendingLeft: false });
  });

  it('is no server of a fleet', () => {
    expect(clusterOf(new Sensitive(lists(30_000)), 5439)).toBeUndefined();
  });

  it.each([
    ['characters', 'x'],
    ['characters of four bytes', '😀'],
  ])('refuses a value of more than 65,536 bytes: %s', (_, unit) => {
    const bytes = Buffer.byteLength(unit);
    const room = 65_536 - Buffer.byteLength(JSON.stringify({ ...FIELDS, x: '' }));
    const textOf = (size: number) =>
      JSON.stringify({ ...FIELDS, x: unit.repeat(Math.floor(size / bytes)) });
    expect(parse(new Sensitive(textOf(room)))).toMatchObject({ kind: 'secret' });
    const tooLong = refused(parse(new Sensitive(textOf(room + bytes))));
    expect(tooLong).toMatchObject({ field: 'SecretString', code: 'KEYTURN_INVALID_SECRET' });
    expect(tooLong.message).toContain('the most is 65536');
  });

  it('counts levels as a parser does, and no brackets within texts', () => {
    const deep = (value: unknown): number =>
      typeof value === 'object' && value !== null
        ? 1 + Math.max(0, ...Object.values(value).map(deep))
        : 0;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 2), (value, spaces) => {
        const text = JSON.stringify(value, undefined, spaces);
        expect(jsonDepth(text)).toBe(deep(JSON.parse(text)));
      }),
    );
    expect(jsonDepth(JSON.stringify({ x: '[[[[', '{{"\\': '\\"[[' }))).toBe(1);
  });

  it.each([
    ['escaped braces in a key', `{"\\"${'['.repeat(70)}":1}`, 1],
    ['braces behind an escaped backslash', `{"a\\\\":${'['.repeat(70)}${']'.repeat(70)}}`, 71],
    ['braces in a text of escapes', `{"a":"\\u005b${'\\\\['.repeat(70)}"}`, 1],
    ['many lists beside each other', `{"a":[${'[],'.repeat(9_000)}[]]}`, 3],
    ['spaces between the levels', `{"a":${'[ \n\t'.repeat(64)}${']'.repeat(64)}}`, 65],
  ])('counts the levels of %s', (_, text, depth) => {
    expect(() => JSON.parse(text) as unknown).not.toThrow();
    expect(jsonDepth(text)).toBe(depth);
    const secret = `${JSON.stringify({ ...FIELDS }).slice(0, -1)},"x":${text}}`;
    const outcome = parse(new Sensitive(secret));
    if (depth + 1 > 64) expect(refused(outcome)).toMatchObject(TOO_DEEP);
    else expect(outcome).toMatchObject({ kind: 'secret' });
  });

  it.each([
    ['errors within errors of a key', () => ({ errors: [] as unknown[] })],
    ['proxies without end', () => new Proxy({}, { get: (target) => target })],
    [
      'getters that throw',
      () => ({
        get cause(): unknown {
          throw new Error('no');
        },
      }),
    ],
  ])('shows an error whose cause has %s', (_, make) => {
    const error = new Error('x', { cause: make() });
    expect(redactError(error, []).code).toBe('KEYTURN_UNEXPECTED');
    const odd = Object.defineProperty(new Error('x'), 'cause', { get: () => odd });
    expect(redactError(odd, []).code).toBe('KEYTURN_UNEXPECTED');
  });

  it.each([
    ['100,000 causes', 100_000],
    ['a million causes', 1_000_000],
  ])('shows an error with %s, cut after the fifth', (_, length) => {
    let error = new Error('first');
    for (let i = 1; i < length; i++) error = new Error('x', { cause: error });
    const redacted = redactError(error, []);
    let causes = 0;
    for (let at: unknown = redacted.cause; at instanceof Error; at = at.cause) causes++;
    expect(causes).toBe(5);
  });
});
