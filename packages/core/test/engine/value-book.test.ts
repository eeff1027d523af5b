import { ValueBook } from '../../src/engine/value-book.js';
import { sensitive } from '../support/rotation-fixture.js';

const value = (versionId: string) =>
  ({ kind: 'text', versionId, text: sensitive(`value of ${versionId}`) }) as const;
const rotation = { secretArn: 'arn:orders', versionId: 'next' };

describe('ValueBook', () => {
  it('gives a value back for the same secret, rotation and version only', () => {
    const book = new ValueBook();
    book.keep(rotation, value('first'));
    expect(book.find(rotation, 'first')?.versionId).toBe('first');
    expect(book.find(rotation, 'next')).toBeUndefined();
    expect(book.find({ ...rotation, secretArn: 'arn:other' }, 'first')).toBeUndefined();
    expect(book.find({ ...rotation, versionId: 'another' }, 'first')).toBeUndefined();
  });

  it('forgets an earlier rotation of a secret with the next one', () => {
    const book = new ValueBook();
    book.keep(rotation, value('first'));
    book.keep({ ...rotation, versionId: 'another' }, value('another'));
    expect(book.find(rotation, 'first')).toBeUndefined();
    expect(book.mayHold('next')).toBe(false);
    expect(book.mayHold('another')).toBe(true);
  });

  it('forgets a rotation that has ended', () => {
    const book = new ValueBook();
    const other = { secretArn: 'arn:other', versionId: 'theirs' };
    book.keep(rotation, value('first'));
    book.keep(other, value('first'));
    book.forget('next');
    expect(book.find(rotation, 'first')).toBeUndefined();
    expect(book.find(other, 'first')?.versionId).toBe('first');
  });

  it('keeps a bounded number of secrets, the newest', () => {
    const book = new ValueBook();
    for (let n = 0; n < 100; n++) {
      book.keep({ secretArn: `arn:${n}`, versionId: `v${n}` }, value('first'));
    }
    const held = Array.from({ length: 100 }, (_, n) => book.mayHold(`v${n}`));
    expect(held.filter(Boolean)).toHaveLength(64);
    expect(held[99]).toBe(true);
  });
});
