import { decideCreation } from '../../src/domain/decide-creation.js';
import { CLEAR_PENDING, decidePending } from '../../src/domain/decide-pending.js';
import { ROTATION_STEPS } from '../../src/domain/rotation-request.js';
import { Sensitive } from '../../src/domain/sensitive.js';
import { accepted, FIELDS, parse, secretOf } from '../support/values.js';

const current = secretOf();
const clone = { username: 'sheep_clone', password: 'Oinkoink2' };

describe('a stored pending value', () => {
  it.each(ROTATION_STEPS)('that names the next user is fit for %s', (step) => {
    expect(decidePending(current, secretOf(clone), 'sheep_clone', step)).toEqual({ kind: 'fit' });
  });

  it.each([
    ['host', { host: 'other.example' }],
    ['port', { port: 5440 }],
    ['dbname', { dbname: 'other' }],
    ['dbname', { dbname: undefined }],
  ])('is refused for another %s: %j', (field, change) => {
    for (const step of ROTATION_STEPS) {
      const pending = secretOf({ ...clone, ...change });
      expect(decidePending(current, pending, 'sheep_clone', step)).toMatchObject({
        code: 'KEYTURN_TARGET_MISMATCH',
        field,
        remedy: CLEAR_PENDING,
      });
    }
  });

  it('is compared as parsed', () => {
    const spelled = secretOf({ ...clone, host: 'DB.EXAMPLE', port: '5439' });
    expect(decidePending(current, spelled, 'sheep_clone', 'setSecret')).toEqual({ kind: 'fit' });
    const defaults = secretOf({ ...clone, port: undefined });
    expect(decidePending(current, defaults, 'sheep_clone', 'setSecret')).toEqual({ kind: 'fit' });
  });

  it.each(['wolf', 'sheep', 'SHEEP_CLONE', 'sheep_clone '])(
    'is refused for the user %j that is not next',
    (username) => {
      for (const step of ROTATION_STEPS) {
        const pending = secretOf({ ...clone, username });
        expect(decidePending(current, pending, 'sheep_clone', step)).toMatchObject({
          code: 'KEYTURN_USER_MISMATCH',
          field: 'username',
        });
      }
    },
  );

  it('that equals the current one is accepted by testSecret alone', () => {
    for (const step of ROTATION_STEPS) {
      const expected =
        step === 'testSecret' ? { kind: 'config-test' } : { code: 'KEYTURN_USER_MISMATCH' };
      expect(decidePending(current, secretOf(), 'sheep_clone', step)).toMatchObject(expected);
    }
  });

  it('that equals the current one is a test of the configuration for a single user, too', () => {
    for (const step of ROTATION_STEPS) {
      const kind = step === 'testSecret' ? 'config-test' : 'fit';
      expect(decidePending(current, secretOf(), 'sheep', step).kind).toBe(kind);
    }
  });

  it('equals the current one whatever the order of its keys', () => {
    const before = secretOf({ extra: { b: [1, { d: 4, c: null }], a: 2 } });
    const fields = { extra: { a: 2, b: [1, { c: null, d: 4 }] }, ...FIELDS };
    const after = accepted(parse(new Sensitive(JSON.stringify(fields, null, 2))));
    expect(decidePending(before, after, 'sheep_clone', 'testSecret').kind).toBe('config-test');
  });

  it.each([{ password: 'Baaaaaa2' }, { extra: 1 }, { dbname: 'shop', masterarn: 'arn' }])(
    'does not equal the current one where it differs in %j',
    (change) => {
      expect(decidePending(current, secretOf(change), 'sheep_clone', 'testSecret').kind).toBe(
        'refused',
      );
    },
  );
});

describe('createSecret', () => {
  it('generates where nothing is stored', () => {
    expect(decideCreation(current, undefined, 'sheep')).toEqual({ kind: 'generate' });
  });

  it('keeps a fit value', () => {
    expect(decideCreation(current, secretOf(clone), 'sheep_clone')).toEqual({ kind: 'reuse' });
  });

  it('refuses an unfit one', () => {
    expect(decideCreation(current, secretOf(clone), 'sheep').kind).toBe('refused');
    expect(decideCreation(current, current, 'sheep_clone').kind).toBe('refused');
  });
});
