import { versionWith } from '../domain/secret-description.js';
import { AWSCURRENT, AWSPENDING, AWSPREVIOUS } from '../domain/staging-label.js';
import type { DiagnosisFacts } from '../domain/diagnosis/diagnosis-facts.js';
import { tryBudget } from '../domain/tries/try-budget.js';
import {
  standingLabels,
  type TriedUser,
  type UnprovenLabel,
} from '../domain/tries/unproven-labels.js';
import type { ReadVersion, SecretContents, VersionReader } from './version-reader.js';

/** How far an examination goes. */
export interface ExamineOptions {
  /** Tries AWSCURRENT although an earlier delivery has said that nothing more is to be tried. Default false. */
  readonly lift?: boolean | undefined;
  /** What an examination right before has found, so that no password is refused twice. */
  readonly before?: DiagnosisFacts | undefined;
  /** Ends once the user of AWSCURRENT has signed in: nobody asks about its alternate. Default false. */
  readonly currentUserOnly?: boolean;
}

/**
 * How many wrong passwords of one user a run presents at most, since enough of them in a row lock the user: the one that
 * should work, and one more.
 */
export const MOST_REFUSED = 2;

/**
 * Tries AWSCURRENT first, and then only what is needed: a user has one password, so that a version that signs in says of
 * all other versions of that user that they do not.
 * @returns all versions, in the order given
 */
export async function tryVersions(
  reader: VersionReader,
  contents: SecretContents,
  { before, currentUserOnly = false, lift = false }: ExamineOptions,
): Promise<readonly ReadVersion[]> {
  const { secret, owner, versions } = contents;
  const current = versionWith(secret, AWSCURRENT);
  const pending = versionWith(secret, AWSPENDING);
  const previous = versionWith(secret, AWSPREVIOUS);
  const seen = new Map(versions.map((version) => [version.facts.versionId, version]));
  const newer = newerThan(current, versions);
  const { username: user } = owner.current;
  const stops = stopsOf(contents).map(({ who }) => who);
  const most = Math.min(MOST_REFUSED, tryBudget(reader.context.settings.maxFailedLoginAttempts));
  const mostOf = (who: TriedUser): number => (stops.includes(who) ? Number(lift) : most);
  const tryUser = async (
    who: TriedUser,
    name: string,
    first: readonly (string | undefined)[],
  ): Promise<void> => {
    let refused = 0;
    for (const version of inOrder(versions, first)) {
      if (version.facts.user !== name || version.facts.value !== 'fit') continue;
      if (refused === mostOf(who)) return;
      const tried = wasRefused(before, version) ?? (await reader.trySignIn(version, owner));
      seen.set(version.facts.versionId, tried);
      if (tried.facts.signIn === 'accepted') return;
      if (tried.facts.signIn === 'refused') refused += 1;
    }
  };
  await tryUser('current', user, [current, pending, ...newer, previous]);
  const isProved = acceptedOf(seen, user) !== undefined;
  if (owner.nextUser !== user && !(currentUserOnly && isProved)) {
    await tryUser('alternate', owner.nextUser, [previous, pending, ...newer]);
  }
  return versions.map((version) => conclude(seen, seen.get(version.facts.versionId) ?? version));
}

/** Which labels of keyturn's own say that nothing more is to be tried. */
export function stopsOf({ secret, versions }: SecretContents): readonly UnprovenLabel[] {
  const newer = newerThan(versionWith(secret, AWSCURRENT), versions);
  return standingLabels(secret, newer, versionWith(secret, AWSPENDING));
}

function inOrder(
  versions: readonly ReadVersion[],
  first: readonly (string | undefined)[],
): readonly ReadVersion[] {
  const ranked = first.flatMap((id) => versions.filter(({ facts }) => facts.versionId === id));
  return [...new Set([...ranked, ...versions])];
}

/** Those whose rotation was given up after AWSCURRENT had become current. */
function newerThan(
  current: string | undefined,
  versions: readonly ReadVersion[],
): readonly string[] {
  const made = versions.find(({ facts }) => facts.versionId === current)?.facts.createdAt;
  return versions
    .filter(({ facts }) => (facts.createdAt ?? 0) > (made ?? Infinity))
    .map(({ facts }) => facts.versionId);
}

function wasRefused(
  before: DiagnosisFacts | undefined,
  version: ReadVersion,
): ReadVersion | undefined {
  const known =
    before?.kind === 'read'
      ? before.versions.find(({ versionId }) => versionId === version.facts.versionId)
      : undefined;
  return known?.signIn === 'refused'
    ? { ...version, facts: { ...version.facts, signIn: 'refused' } }
    : undefined;
}

function acceptedOf(
  seen: ReadonlyMap<string, ReadVersion>,
  user: string | undefined,
): ReadVersion | undefined {
  return [...seen.values()].find(({ facts }) => facts.user === user && facts.signIn === 'accepted');
}

/** What need not be tried, because another version of the same user has signed in. */
function conclude(seen: ReadonlyMap<string, ReadVersion>, version: ReadVersion): ReadVersion {
  const { facts, secret } = version;
  const other = acceptedOf(seen, facts.user)?.secret;
  if (facts.value !== 'fit' || facts.signIn !== 'not-tried' || !secret || !other) return version;
  const signIn = secret.password.equals(other.password) ? 'accepted' : 'refused';
  return { ...version, facts: { ...facts, signIn } };
}
