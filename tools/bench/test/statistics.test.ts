import { spreadOf } from '../src/statistics.js';

describe('spreadOf', () => {
  it('gives the median and the outer tenths, whatever the order', () => {
    const samples = [11, 1, 2, 10, 3, 9, 4, 8, 5, 7, 6];
    expect(spreadOf(samples)).toEqual({ median: 6, low: 2, high: 10, samples: 11 });
  });

  it('lies between two samples where there is no middle one', () => {
    expect(spreadOf([1, 2])).toMatchObject({ median: 1.5 });
  });

  it('refuses to say anything about nothing', () => {
    expect(() => spreadOf([])).toThrow(RangeError);
  });
});
