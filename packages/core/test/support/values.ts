import type { DatabaseProfile } from '../../src/domain/database-profile.js';
import { isRefusal, type Refusal } from '../../src/domain/refusal.js';
import { parseDatabaseSecret, type DatabaseSecret } from '../../src/domain/database-secret.js';
import {
  resolveSettings,
  type ResolvedSettings,
  type RotationSettings,
} from '../../src/domain/rotation-settings.js';
import { Sensitive } from '../../src/domain/sensitive.js';

/** What Redshift demands, as far as the domain knows. */
export const profile: DatabaseProfile = {
  engine: 'redshift',
  defaultPort: 5439,
  defaultDatabase: 'dev',
  maxUserNameBytes: 127,
  password: {
    minLength: 8,
    maxLength: 64,
    allowed: Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i))
      .filter((character) => !`'"\\/@`.includes(character))
      .join(''),
    required: ['lowercase', 'uppercase', 'digit'],
    avoided: ':',
  },
};

/** Settings with every default filled in, as a strategy gets them. */
export function resolved(...layers: readonly (RotationSettings | undefined)[]): ResolvedSettings {
  return accepted(resolveSettings(...layers));
}

/** Fit in every field; tests change one at a time. */
export const FIELDS = {
  engine: 'redshift',
  host: 'db.example',
  port: 5439,
  dbname: 'shop',
  username: 'sheep',
  password: 'Baaaaaa1',
} as const;

/** The text of a secret that differs from {@link FIELDS} in some fields; undefined leaves one out. */
export function textOf(change: Record<string, unknown> = {}): Sensitive {
  return new Sensitive(JSON.stringify({ ...FIELDS, ...change }));
}

export function parse(text: Sensitive): DatabaseSecret | Refusal {
  return parseDatabaseSecret(text, profile, 'the AWSCURRENT version');
}

/** A parsed secret that differs from {@link FIELDS} in some fields. */
export function secretOf(change: Record<string, unknown> = {}): DatabaseSecret {
  return accepted(parse(textOf(change)));
}

/** The value itself; fails the test for a refusal. */
export function accepted<T>(value: T | Refusal): T {
  if (isRefusal(value)) throw new Error(`unexpectedly refused: ${value.message}`);
  return value;
}

/** The refusal itself; fails the test for anything else, and where it does not say in sentences what to do. */
export function refused(value: unknown): Refusal {
  if (!isRefusal(value)) throw new Error('unexpectedly accepted');
  expect(value.message).toMatch(SENTENCES);
  expect(value.remedy).toMatch(SENTENCES);
  return value;
}

/** What every message and every remedy looks like: whole sentences, with no hole where a part is missing. */
export const SENTENCES = /^(?!.* {2})\S.*\S\.$/s;
