import { format, inspect } from 'node:util';
import { Sensitive } from '../../src/domain/sensitive.js';

const text = 'Baaaaaa1';
const secret = new Sensitive(text);

describe('a sensitive text', () => {
  it('is revealed on purpose', () => expect(secret.reveal()).toBe(text));

  it.each<[string, () => string]>([
    ['concatenated', () => '' + (secret as unknown as string)],
    ['in a template', () => `${secret as unknown as string}`],
    ['joined', () => [secret, secret].join()],
    ['as JSON', () => JSON.stringify({ deep: [secret] })],
    ['in an error', () => inspect(new Error(String(secret), { cause: secret }), { depth: 9 })],
    ['formatted with %s', () => format('%s', secret)],
    ['formatted with %j', () => format('%j', secret)],
    ['formatted with %o', () => format('%o %O', secret, secret)],
    ['inspected', () => inspect({ secret }, { depth: null, showHidden: true, getters: true })],
    ['copied', () => inspect([structuredClone(secret), { ...secret }], { showHidden: true })],
    ['taken apart', () => Object.entries(secret).flat().join() + Reflect.ownKeys(secret).join()],
  ])('is not shown when %s', (_, show) => expect(show()).not.toContain(text));

  it('says that something was left out', () => {
    expect(`${String(secret)} ${JSON.stringify(secret)}`).toBe('[redacted] "[redacted]"');
  });

  it('equals one of the same text alone', () => {
    expect(secret.equals(new Sensitive(text))).toBe(true);
    expect(secret.equals(new Sensitive(text.toLowerCase()))).toBe(false);
    expect(secret.equals(new Sensitive('[redacted]'))).toBe(false);
  });
});
