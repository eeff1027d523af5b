import { boundEvent } from '../../src/domain/bound-event.js';

const bytes = (value: object) => new TextEncoder().encode(JSON.stringify(value)).length;

describe('an event that is bounded', () => {
  it('stays the very same where it is short enough', () => {
    const event = { name: 'a', list: ['b'] };
    expect(boundEvent(event)).toBe(event);
    expect(boundEvent(event, bytes(event))).toBe(event);
  });

  it('gets its texts cut first, wherever events have texts, and says how much is missing', () => {
    const long = 'x'.repeat(5_000);
    const event = { name: 'a', text: long, list: [long, 'short'], things: [{ sql: long, n: 1 }] };
    const shown = `${'x'.repeat(4_000)} ... and 1000 more characters`;
    expect(boundEvent(event, 13_000)).toEqual({
      name: 'a',
      text: shown,
      list: [shown, 'short'],
      things: [{ sql: shown, n: 1 }],
    });
  });

  it('gets its longest lists halved then, keeps their beginnings, and says how long they were', () => {
    const list = Array.from({ length: 1_000 }, (_, n) => `entry ${n}`);
    const other = ['a', 'b'];
    const cut = boundEvent({ list, other }, 2_000);
    expect(cut.cut).toEqual({ list: 1_000 });
    expect(cut.other).toEqual(other);
    expect(cut.list.length).toBeGreaterThan(50);
    expect(list.slice(0, cut.list.length)).toEqual(cut.list);
    expect(bytes(cut)).toBeLessThanOrEqual(2_000);
  });

  it('is never longer than what a log takes, however much others have made of it', () => {
    const list = Array.from({ length: 300 }, () => '\u202e'.repeat(200));
    const cut = boundEvent({ name: 'a', list, more: list });
    expect(bytes(cut)).toBeLessThanOrEqual(131_072);
    expect(cut.cut).toEqual({ list: 300, more: 300 });
  });

  it('counts hidden characters as they are written, with six bytes each', () => {
    const event = { text: '\u202e'.repeat(100) };
    expect(bytes(event)).toBeLessThan(400);
    expect(boundEvent({ list: [event.text, event.text] }, 700).cut).toEqual({ list: 2 });
  });

  it('may be too long where it has no list to cut, and ends all the same', () => {
    expect(boundEvent({ name: 'x'.repeat(100), list: [] }, 10)).toEqual({
      name: 'x'.repeat(100),
      list: [],
    });
  });
});
