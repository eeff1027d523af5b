import type { SecretDescription, VersionId } from '../secret-description.js';

/** Whose sign-ins a label is about: the user of AWSCURRENT, or the other one of an alternating pair. */
export type TriedUser = 'current' | 'next';

/** What keyturn's own staging labels say about passwords that the database has refused. */
export interface TryLabels {
  /** An earlier delivery has tried what it may; until somebody helps, nothing more is tried. */
  readonly stopped: boolean;
  /** Which try was under way, from 2 on; 0 where no delivery died while it was trying. */
  readonly under: number;
  /** The labels themselves, and where they are. */
  readonly found: readonly FoundLabel[];
}

/** A staging label and the version that it is on. */
export interface FoundLabel {
  readonly label: string;
  readonly versionId: VersionId;
}

const NAMES = { current: '', next: '_NEXT' } as const satisfies Record<TriedUser, string>;
const FORM = /^KEYTURN_(?:UNPROVEN|TRY_(\d{1,2}))(_NEXT)?_(.+)$/;

/**
 * Says that no stored credential of a user was accepted. It names the version that was AWSCURRENT then, so that it
 * means nothing any more as soon as another version is.
 */
export function unprovenLabel(user: TriedUser, currentVersion: VersionId): string {
  return `KEYTURN_UNPROVEN${NAMES[user]}_${currentVersion}`;
}

/** Is put before the second and every further try, so that one that dies is counted. */
export function tryLabel(user: TriedUser, number: number, currentVersion: VersionId): string {
  return `KEYTURN_TRY_${number}${NAMES[user]}_${currentVersion}`;
}

/** What the labels of a secret say about a user while this version is AWSCURRENT, whichever version they are on. */
export function readTryLabels(
  secret: SecretDescription,
  user: TriedUser,
  currentVersion: VersionId,
): TryLabels {
  const found: FoundLabel[] = [];
  let under = 0;
  let stopped = false;
  for (const each of tryLabelsOn(secret)) {
    const [, number, next, current] = FORM.exec(each.label) ?? [];
    if (current !== currentVersion || (next === undefined) !== (user === 'current')) continue;
    found.push(each);
    if (number === undefined) stopped = true;
    else under = Math.max(under, Number(number));
  }
  return { stopped, under, found };
}

/** Every label of this kind, those that mean nothing any more too. */
export function tryLabelsOn({ labels }: SecretDescription): readonly FoundLabel[] {
  return [...labels].flatMap(([versionId, held]) =>
    [...held].filter((label) => FORM.test(label)).map((label) => ({ label, versionId })),
  );
}
