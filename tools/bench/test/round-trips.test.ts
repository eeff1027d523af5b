import { countsOf, levelsOf } from '../src/round-trips.js';

const request = (startedAt: number, endedAt: number, operation = 'GetSecretValue') => ({
  operation,
  step: 'createSecret',
  startedAt,
  endedAt,
});

describe('levels', () => {
  it('are the longest chain of requests that waited for each other', () => {
    expect(levelsOf([])).toBe(0);
    expect(levelsOf([request(0, 10), request(1, 11), request(2, 9)])).toBe(1);
    expect(levelsOf([request(0, 10), request(1, 30), request(12, 20), request(21, 29)])).toBe(3);
    expect(levelsOf([request(31, 40), request(0, 10), request(1, 30)])).toBe(2);
  });
});

describe('counts', () => {
  it('are by step and operation', () => {
    const put = request(12, 13, 'PutSecretValue');
    expect(countsOf([request(0, 1), request(2, 3), put])).toEqual({
      createSecret: { GetSecretValue: 2, PutSecretValue: 1 },
    });
  });
});
