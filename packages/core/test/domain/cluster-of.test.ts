import { clusterOf, Sensitive } from '../../src/index.js';

const of = (value: unknown) => clusterOf(new Sensitive(JSON.stringify(value)), 5439);

describe('clusterOf', () => {
  it.each([
    ['host and port', { host: 'C.example', port: 5440 }, 'c.example:5440'],
    ['a port in digits', { host: 'c.example', port: '5440' }, 'c.example:5440'],
    ['no port', { host: 'c.example' }, 'c.example:5439'],
    ['a port that is none', { host: 'c.example', port: 'x' }, 'c.example:5439'],
    ['no host', { apiKey: 'x' }, undefined],
    ['a host that is none', { host: 'c.example:5439/dev' }, undefined],
    ['no object', 'text', undefined],
    ['nothing', null, undefined],
  ])('reads %s', (_, value, cluster) => {
    expect(of(value)).toBe(cluster);
  });

  it('finds none in a text that is no JSON', () => {
    expect(clusterOf(new Sensitive('hunter2'), 5439)).toBeUndefined();
  });
});
