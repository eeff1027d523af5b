import { AWSCURRENT, AWSPENDING, AWSPREVIOUS, type Clock, type VersionId } from '@keyturn/core';
import { versionWith, type SecretStore } from '@keyturn/core/adapter';

/** How a rotation that was begun ended. */
export type FollowedRotation =
  | { readonly kind: 'rotated'; readonly versionId: VersionId }
  /** AWSPENDING was taken off the version without AWSCURRENT having moved to it. */
  | { readonly kind: 'abandoned'; readonly versionId: VersionId }
  | { readonly kind: 'timeout'; readonly versionId: VersionId };

/** How long a rotation is followed, and who is told. */
export interface FollowOptions {
  readonly clock: Clock;
  /** Milliseconds. `askService` follows for 300,000 unless told otherwise. */
  readonly timeoutMs: number;
  /** Stops following, as if the time were up; the rotation goes on. */
  readonly signal?: AbortSignal | undefined;
  /** Is told whenever the labels of the version have changed. */
  readonly onProgress?: ((text: string) => void) | undefined;
}

/** Between two looks at the labels, in milliseconds: the first pause, which doubles, and the longest. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

/** Looks at the labels until the rotation of a version is over. Reads only; safe to repeat. */
export async function followRotation(
  store: Pick<SecretStore, 'describe'>,
  secretId: string,
  versionId: VersionId,
  { clock, timeoutMs, signal, onProgress }: FollowOptions,
): Promise<FollowedRotation> {
  const giveUpAt = clock.now() + timeoutMs;
  let shown = '';
  let pendingSeen = false;
  let pauseMs = FIRST_PAUSE_MS;
  while (clock.now() < giveUpAt && signal?.aborted !== true) {
    const secret = await store.describe({ secretId });
    const pending = versionWith(secret, AWSPENDING);
    const current = versionWith(secret, AWSCURRENT);
    const labels = secret.labels.get(versionId) ?? new Set();
    const text = [...labels].sort().map(oneWord).join(' ') || 'no label';
    if (text !== shown) onProgress?.(`version ${versionId}: ${text}`);
    shown = text;
    pendingSeen ||= pending === versionId;
    const over = pending === undefined || pending === current;
    // AWSPREVIOUS: a further rotation has come to its end since.
    if ((current === versionId && over) || labels.has(AWSPREVIOUS)) {
      return { kind: 'rotated', versionId };
    }
    // Reads lag writes: before the label was seen, its absence says nothing.
    if (pendingSeen && pending !== versionId && current !== versionId) {
      return { kind: 'abandoned', versionId };
    }
    await clock.sleep(pauseMs);
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
  }
  return { kind: 'timeout', versionId };
}

/** Of labels in a row, none may look like two. */
function oneWord(label: string): string {
  return label.replaceAll(' ', '\\u{20}');
}
