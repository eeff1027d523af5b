import fc from 'fast-check';
import { Sensitive } from '@keyturn/core';
import { fullJitter, halfJitter } from '../../src/domain/backoff.js';
import { isSameCredential, type Credential } from '../../src/domain/credential.js';
import { decideCandidate, type Readings } from '../../src/domain/decide-candidate.js';
import { freshnessAt, postponeRefresh, scheduleRefresh } from '../../src/domain/freshness.js';
import { fullBudget, mayRisk, spendRefusal } from '../../src/domain/refusal-budget.js';

const ratio = fc.double({ min: 0, max: 0.999999, noNaN: true });
const credential: fc.Arbitrary<Credential> = fc
  .record({ user: fc.constantFrom('app', 'app_clone'), word: fc.constantFrom('a', 'b', 'c') })
  .map(({ user, word }) => ({
    versionId: `${user}-${word}`,
    label: 'AWSCURRENT',
    user,
    password: new Sensitive(word),
    address: {},
  }));
const readings: fc.Arbitrary<Readings> = fc.record({
  current: fc.oneof(credential, fc.constant('none' as const)),
  pending: fc.option(fc.oneof(credential, fc.constant('none' as const)), { nil: undefined }),
  previous: fc.option(fc.oneof(credential, fc.constant('none' as const)), { nil: undefined }),
});
const rotation = fc.constantFrom('single-user' as const, 'alternating-users' as const, undefined);

it('a refused credential is never chosen, nor a previous one of the same user', () => {
  fc.assert(
    fc.property(rotation, readings, fc.array(credential), (kind, read, refused) => {
      const decision = decideCandidate({ rotation: kind, readings: read, refused });
      if (decision.kind === 'read') {
        expect(decision.label).toBe(kind === 'single-user' ? 'AWSPENDING' : 'AWSPREVIOUS');
        expect(kind).toBeDefined();
      }
      if (decision.kind !== 'present') return;
      expect(refused.some((known) => isSameCredential(known, decision.credential))).toBe(false);
      if (decision.credential === read.current) return;
      const current = read.current as Credential;
      expect(decision.credential.user === current.user).toBe(kind === 'single-user');
    }),
  );
});

it('AWSCURRENT is chosen wherever it was not refused', () => {
  fc.assert(
    fc.property(rotation, readings, (kind, read) => {
      const decision = decideCandidate({ rotation: kind, readings: read, refused: [] });
      expect(decision.kind).toBe(read.current === 'none' ? 'nothing' : 'present');
    }),
  );
});

it('a pause lies within its bound', () => {
  const settings = { baseMs: 25, longestMs: 1_000 };
  fc.assert(
    fc.property(fc.nat(2_000), ratio, (attempt, random) => {
      const bound = Math.min(1_000, 25 * 2 ** attempt);
      expect(fullJitter(attempt, random, settings)).toBeLessThanOrEqual(bound);
      expect(fullJitter(attempt, random, settings)).toBeGreaterThanOrEqual(0);
      expect(halfJitter(attempt, random, settings)).toBeGreaterThanOrEqual(bound / 2);
    }),
  );
});

it('a credential is refreshed before it expires, and ahead of the next rotation', () => {
  const time = fc.integer({ min: 1, max: 1e9 });
  fc.assert(
    fc.property(
      time,
      time,
      fc.option(fc.integer({ min: -1e9, max: 1e9 })),
      ratio,
      (age, lead, next, random) => {
        const now = 1e12;
        const nextRotationAt = next === null ? undefined : now + next;
        const facts = { now, maxAgeMs: age, leadMs: lead, nextRotationAt, random };
        const fresh = scheduleRefresh(facts);
        expect(fresh.refreshAt).toBeGreaterThan(now);
        expect(fresh.refreshAt).toBeLessThanOrEqual(fresh.expiresAt);
        expect(fresh.expiresAt).toBeLessThanOrEqual(now + age);
        if (nextRotationAt !== undefined && nextRotationAt > now) {
          expect(fresh.expiresAt).toBeLessThanOrEqual(nextRotationAt);
        }
        expect(freshnessAt(fresh, now)).toBe('fresh');
        expect(freshnessAt(fresh, now - 1)).toBe('refresh-first');
        expect(freshnessAt(fresh, fresh.expiresAt)).toBe('refresh-first');
        const later = postponeRefresh(fresh, fresh.expiresAt, 500);
        expect(freshnessAt(later, fresh.expiresAt)).toBe('fresh');
      },
    ),
  );
});

it('a budget allows so many refusals in a row and no more, and time forgives them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.nat(1_000), (capacity, ms) => {
      const settings = { capacity, refillMs: 1_000 };
      let budget = fullBudget(settings, 0);
      for (let refusal = 0; refusal < capacity; refusal++) {
        expect(mayRisk(budget, settings, 0)).toBe(true);
        budget = spendRefusal(budget, settings, 0);
      }
      expect(mayRisk(budget, settings, 0)).toBe(false);
      expect(mayRisk(budget, settings, ms)).toBe(ms >= 1_000);
      expect(mayRisk(budget, settings, -ms)).toBe(false);
    }),
  );
});
