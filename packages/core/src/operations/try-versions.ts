import type { DiagnosisFacts } from '../domain/diagnosis/diagnosis-facts.js';
import { versionWith } from '../domain/secret-description.js';
import { AWSCURRENT, AWSPENDING, AWSPREVIOUS } from '../domain/staging-label.js';
import { mayBeSet } from '../domain/tries/may-be-set.js';
import { readTryLabels } from '../domain/tries/try-labels.js';
import type { ReadVersion, SecretContents, VersionReader } from './version-reader.js';

/** How far an examination may go. */
export interface ExamineOptions {
  /** Tries AWSCURRENT although an earlier delivery has said that nothing more is to be tried. Default false. */
  readonly lift?: boolean;
  /** What an examination right before has found, so that nothing is refused twice. */
  readonly before?: DiagnosisFacts;
}

/** How many wrong passwords a run may present besides that of AWSCURRENT. */
const MOST_MORE = 1;

/**
 * Tries AWSCURRENT first, and then only what is needed: a user has one password, so that what signs in says of all other
 * versions of that user that they do not. Where AWSCURRENT is refused, one more wrong password is presented at most; and
 * none at all where an earlier delivery has said that nothing more is to be tried.
 * @returns all versions, in the order given
 */
export async function tryVersions(
  reader: VersionReader,
  { secret, owner, versions }: SecretContents,
  { lift = false, before }: ExamineOptions,
): Promise<readonly ReadVersion[]> {
  const currentVersion = versionWith(secret, AWSCURRENT) ?? '';
  const { stopped } = readTryLabels(secret, 'current', currentVersion);
  const seen = new Map(versions.map((version) => [version.facts.versionId, version]));
  const refusedBefore = before?.kind === 'read' ? before.versions : [];
  let more = 0;
  for (const version of inOrder(versions, [
    currentVersion,
    versionWith(secret, AWSPENDING),
    mayBeSet(secret),
    ...newerThan(seen.get(currentVersion), versions),
    versionWith(secret, AWSPREVIOUS),
  ])) {
    const { versionId, user } = version.facts;
    const isCurrent = versionId === currentVersion;
    if (stopped && !(lift && isCurrent)) continue;
    if (!isCurrent && (more >= MOST_MORE || signsIn(seen, user))) continue;
    const known = refusedBefore.find((each) => each.versionId === versionId);
    if (known?.signIn === 'refused') {
      seen.set(versionId, { ...version, facts: { ...version.facts, signIn: 'refused' } });
    } else {
      seen.set(versionId, await reader.trySignIn(version, owner));
    }
    if (!isCurrent && seen.get(versionId)?.facts.signIn === 'refused') more += 1;
  }
  return versions.map(({ facts }) => conclude(seen, facts.versionId));
}

function inOrder(
  versions: readonly ReadVersion[],
  first: readonly (string | undefined)[],
): readonly ReadVersion[] {
  const ranked = first.flatMap((id) => versions.filter(({ facts }) => facts.versionId === id));
  return [...new Set([...ranked, ...versions])];
}

/** Whose rotation was given up after AWSCURRENT had become current. */
function newerThan(
  current: ReadVersion | undefined,
  versions: readonly ReadVersion[],
): readonly string[] {
  const at = current?.facts.createdAt ?? Infinity;
  return versions
    .filter(({ facts }) => (facts.createdAt ?? 0) > at)
    .map(({ facts }) => facts.versionId);
}

function accepted(
  seen: ReadonlyMap<string, ReadVersion>,
  user: string | undefined,
): ReadVersion | undefined {
  return [...seen.values()].find(({ facts }) => facts.user === user && facts.signIn === 'accepted');
}

function signsIn(seen: ReadonlyMap<string, ReadVersion>, user: string | undefined): boolean {
  return accepted(seen, user) !== undefined;
}

/** What need not be tried, because another version of the same user has signed in. */
function conclude(seen: ReadonlyMap<string, ReadVersion>, versionId: string): ReadVersion {
  const version = seen.get(versionId);
  if (version === undefined) throw new TypeError('every version was seen');
  const { facts, secret } = version;
  const other = accepted(seen, facts.user)?.secret;
  if (facts.value !== 'fit' || facts.signIn !== 'not-tried' || !secret || !other) return version;
  const signIn = secret.password.equals(other.password) ? 'accepted' : 'refused';
  return { ...version, facts: { ...facts, signIn } };
}
