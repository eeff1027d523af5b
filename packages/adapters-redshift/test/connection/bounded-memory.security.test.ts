import * as fc from 'fast-check';
import { AskedForms } from '../../src/asked-forms.js';
import { RecentMap } from '../../src/connection/recent-map.js';
import { MOST_SERVERS, prepareTls } from '../../src/connection/tls-settings.js';

describe('13: What is kept per server has a limit', () => {
  const session = (planFor: ReturnType<typeof prepareTls>, host: string, port = 5439) =>
    planFor({ host, port, database: 'dev' })?.session;

  it('keeps the TLS sessions of so many servers and no more', () => {
    const planFor = prepareTls();
    const first = session(planFor, 'first.example');
    countTrials(MOST_SERVERS + 1);
    for (let each = 1; each < MOST_SERVERS; each += 1) session(planFor, `host-${each}.example`);
    expect(session(planFor, 'first.example')).toBe(first);

    for (let each = 0; each < MOST_SERVERS; each += 1) session(planFor, `other-${each}.example`);
    expect(session(planFor, 'first.example')).not.toBe(first);
  });

  it('counts each port as a server of its own', () => {
    const planFor = prepareTls({ mode: 'disable' });
    const keep = (port: number) =>
      planFor({ host: 'db.example', port, database: 'dev', ssl: true })?.session;
    const first = keep(5439);
    countTrials(MOST_SERVERS);
    for (let port = 1; port < MOST_SERVERS; port += 1) keep(port);
    expect(keep(5439)).toBe(first);
    for (let port = 1; port <= MOST_SERVERS; port += 1) keep(port);
    expect(keep(5439)).not.toBe(first);
  });

  it('forgets what was used longest ago, in every order of use', () => {
    const runs = 500;
    countTrials(runs);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(fc.nat(9)), (most, keys) => {
        const map = new RecentMap<number, object>(most);
        // The same in the slowest way: all keys by their last use, newest first.
        let recent: { readonly key: number; readonly value: object }[] = [];
        for (const key of keys) {
          const made = {};
          const value = map.getOrMake(key, () => made);
          const expected = recent.find((each) => each.key === key)?.value ?? made;
          expect(value).toBe(expected);
          recent = [{ key, value }, ...recent.filter((each) => each.key !== key)].slice(0, most);
          expect(map.size).toBe(recent.length);
        }
      }),
      { numRuns: runs },
    );
  });

  const ADMIN = { admin: 'boss', other: 'md5' } as const;
  const place = (name: string, more: object = {}) => ({
    host: `${name}.example`,
    port: 5439,
    database: 'dev',
    ...more,
  });

  it.each([
    ['hosts', (each: number) => place(`host-${each}`)],
    ['ports', (each: number) => place('db', { port: 10_000 + each })],
    ['databases', (each: number) => place('db', { database: `db${each}` })],
  ])('remembers how users of so many %s were asked for passwords, and no more', (_, nth) => {
    const forms = new AskedForms();
    const kept = place('kept');
    forms.note(kept, 'sheep', 'scram-sha-256');
    for (let each = 1; each < 100; each++) forms.note(nth(each), 'sheep', 'scram-sha-256');
    expect(forms.formFor(kept, 'sheep', ADMIN)).toBe('scram-sha-256');
    for (let each = 0; each < 100; each++) forms.note(nth(each), 'sheep', 'scram-sha-256');
    expect(forms.formFor(kept, 'sheep', ADMIN)).toBe('md5');
    countTrials(199);
  });

  it('remembers so many users of a database, however many a secret may name', () => {
    const forms = new AskedForms();
    const kept = place('kept');
    forms.note(kept, 'boss', 'scram-sha-256');
    forms.note(kept, 'sheep', 'scram-sha-256');
    for (let each = 0; each < 100; each++) forms.note(kept, `user${each}`, 'md5');
    expect(forms.formFor(kept, 'sheep', ADMIN)).toBe('md5');
    countTrials(102);
  });
});
