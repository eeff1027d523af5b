import { parseValidUntil } from '../src/parse-valid-until.js';

describe('the end of a password', () => {
  it.each([
    [null, Infinity],
    ['infinity', Infinity],
    ['-infinity', -Infinity],
    ['2042-07-01 12:30:05+00', Date.UTC(2042, 6, 1, 12, 30, 5)],
    ['2042-07-01 12:30:05.25+00', Date.UTC(2042, 6, 1, 12, 30, 5)],
    ['2042-07-01 12:30:05', Date.UTC(2042, 6, 1, 12, 30, 5)],
    ['2042-07-01 12:30:05 UTC', Date.UTC(2042, 6, 1, 12, 30, 5)],
    ['2042-07-01 12:30:05+02', Date.UTC(2042, 6, 1, 10, 30, 5)],
    ['2042-07-01 12:30:05-03:30', Date.UTC(2042, 6, 1, 16, 0, 5)],
    ['12042-07-01 12:30:05+0530', Date.UTC(12042, 6, 1, 7, 0, 5)],
  ])('%j is read', (text, expected) => {
    expect(parseValidUntil(text)).toBe(expected);
  });

  it.each([
    '',
    'invalid',
    '01/07/2042 12:30:05',
    '2042-07-01 12:30:05 CET',
    '0044-03-15 00:00:00+00 BC',
  ])('%j is an error, never a guess', (text) => {
    expect(() => parseValidUntil(text)).toThrow(/cannot be read/);
  });
});
