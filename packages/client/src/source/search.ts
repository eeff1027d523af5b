import { KeyturnError } from '@keyturn/core';
import { fullJitter } from '../domain/backoff.js';
import { isSameCredential, type Credential, type CredentialLabel } from '../domain/credential.js';
import { decideCandidate, type Readings } from '../domain/decide-candidate.js';
import { decideImpasse } from '../domain/decide-impasse.js';
import { noValueTemplate, refusedTemplate, type ErrorTemplate } from '../errors.js';
import type { ClientClock } from '../ports/client-clock.js';
import type { Announcer, RefreshReason } from './events.js';
import type { RefusalMemory } from './memory.js';
import type { SourceSettings } from './options.js';
import { readCredential } from './read-credential.js';

/** What came of reading the secret. */
export type SearchOutcome =
  | { readonly kind: 'found'; readonly credential: Credential }
  /** Nothing better than what is in use. */
  | { readonly kind: 'keep'; /** The secret could not be read. */ readonly failed: boolean }
  | { readonly kind: 'failed'; readonly template: ErrorTemplate };

/** What a search needs to know of its source. */
export interface SearchContext {
  readonly settings: SourceSettings;
  readonly memory: RefusalMemory;
  readonly announcer: Announcer;
  /** The credential of the moment, which was not refused. */
  held(): Credential | undefined;
  /** Whether anybody waits for the outcome. */
  isAwaited(): boolean;
}

type Attempt =
  | SearchOutcome
  | { readonly kind: 'nothing'; readonly epoch: number; readonly hasCurrent: boolean }
  | { readonly kind: 'unreadable'; readonly error: KeyturnError };

/**
 * Reads the secret until there is a credential to present, pausing in between where waiting can help. One search
 * runs at a time, for all callers. Never rejects.
 */
export async function searchCredential(
  context: SearchContext,
  reason: RefreshReason,
): Promise<SearchOutcome> {
  const { settings, memory } = context;
  const { clock, gapMs, backoff } = settings;
  const startedAt = clock.now();
  for (let attempt = 0; ; attempt++) {
    const result = await tryOnce(context, reason);
    if (result.kind !== 'nothing' && result.kind !== 'unreadable') return result;
    if (context.held() !== undefined) {
      return { kind: 'keep', failed: result.kind === 'unreadable' };
    }

    const { incident } = memory;
    const elapsedMs = clock.now() - (incident?.startedAt ?? startedAt);
    if (result.kind === 'unreadable') {
      const isOver = !result.error.retryable || elapsedMs >= gapMs;
      if (isOver) return { kind: 'failed', template: result.error };
    } else {
      // What was refused while the secret was being read makes the reading worthless.
      if (result.epoch !== memory.epoch) continue;
      const { secretId, rotation } = settings;
      if (!result.hasCurrent) return { kind: 'failed', template: noValueTemplate(secretId) };
      const {
        freshCurrentRefused = false,
        userRefused = false,
        sqlState = '28P01',
      } = incident ?? {};
      const confirmed = attempt > 0;
      const facts = { rotation, freshCurrentRefused, userRefused, confirmed, elapsedMs, gapMs };
      if (decideImpasse(facts).kind === 'give-up') {
        return { kind: 'failed', template: refusedTemplate(secretId, sqlState) };
      }
    }
    await pause(clock, fullJitter(attempt, clock.random(), backoff));
    // Whoever comes next begins anew, at the same point of the incident.
    if (!context.isAwaited()) return { kind: 'keep', failed: false };
  }
}

/** Those who wait hold the process themselves. */
function pause(clock: ClientClock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => void clock.after(milliseconds, resolve, false));
}

async function tryOnce(context: SearchContext, reason: RefreshReason): Promise<Attempt> {
  const { settings, memory } = context;
  const { epoch } = memory;
  const fresh = memory.incident !== undefined;
  let readings: Readings;
  try {
    readings = { current: await read(context, 'AWSCURRENT', fresh) };
  } catch (thrown) {
    return { kind: 'unreadable', error: tellFailure(context, reason, thrown) };
  }
  for (;;) {
    const { rotation } = settings;
    const decision = decideCandidate({ rotation, readings, refused: memory.refused });
    switch (decision.kind) {
      case 'nothing':
        return { kind: 'nothing', epoch, hasCurrent: readings.current !== 'none' };
      case 'present':
        return chooseBetween(context, decision.credential);
      case 'read': {
        // What is in use works, so that there is no need for anything else.
        if (context.held() !== undefined) return { kind: 'keep', failed: false };
        const key = decision.label === 'AWSPENDING' ? 'pending' : 'previous';
        readings = { ...readings, [key]: await readOther(context, reason, decision.label) };
      }
    }
  }
}

/** A version that may not be readable, for want of a right: then it is none. */
async function readOther(
  context: SearchContext,
  reason: RefreshReason,
  label: CredentialLabel,
): Promise<Credential | 'none'> {
  try {
    return await read(context, label, true);
  } catch (thrown) {
    tellFailure(context, reason, thrown);
    return 'none';
  }
}

function chooseBetween(context: SearchContext, found: Credential): SearchOutcome {
  const { settings, memory } = context;
  const held = context.held();
  if (held !== undefined) {
    const isOlder =
      held.createdAt !== undefined &&
      found.createdAt !== undefined &&
      found.createdAt < held.createdAt;
    // A replica lags behind; the secret's own region is believed even where it goes back.
    if (found.mayBeBehind === true && isOlder) return { kind: 'keep', failed: false };
    if (isSameCredential(held, found)) return { kind: 'found', credential: found };
  }
  if (memory.mayRisk()) return { kind: 'found', credential: found };
  if (held !== undefined) return { kind: 'keep', failed: false };
  const { sqlState = '28P01' } = memory.incident ?? {};
  return { kind: 'failed', template: refusedTemplate(settings.secretId, sqlState) };
}

/** Bounded, whatever the reader does. */
async function read(
  { settings, announcer }: SearchContext,
  label: CredentialLabel,
  fresh: boolean,
): Promise<Credential | 'none'> {
  const { secretId, reader, clock, readTimeoutMs } = settings;
  announcer.count('reads');
  let callOff = () => {};
  const late = new Promise<never>((_, reject) => {
    callOff = clock.after(
      readTimeoutMs,
      () => {
        reject(
          new KeyturnError({
            code: 'KEYTURN_STORE_UNAVAILABLE',
            message: `${label} of ${secretId} was not read within ${readTimeoutMs} ms.`,
            remedy: 'Check the route to Secrets Manager.',
            retryable: true,
            secretId,
          }),
        );
      },
      false,
    );
  });
  try {
    return await Promise.race([readCredential(reader, { secretId, label, fresh }), late]);
  } finally {
    callOff();
  }
}

function tellFailure(
  { settings, announcer }: SearchContext,
  reason: RefreshReason,
  thrown: unknown,
): KeyturnError {
  const { secretId } = settings;
  const error = KeyturnError.is(thrown) ? thrown : unexpectedError(secretId, thrown);
  announcer.count('refreshFailures');
  announcer.emit({ kind: 'refresh-failed', secretId, reason, code: error.code });
  return error;
}

/** What a reader throws that is no error of keyturn may quote a secret, so only its name goes on. */
function unexpectedError(secretId: string, thrown: unknown): KeyturnError {
  const { name } = thrown instanceof Error ? thrown : { name: typeof thrown };
  return new KeyturnError({
    code: 'KEYTURN_STORE_UNAVAILABLE',
    message: `The reader of ${secretId} failed with ${/^[\w.-]{1,64}$/.test(name) ? name : 'an error'}.`,
    remedy: 'Let the reader throw errors of keyturn, which say what to do.',
    retryable: true,
    secretId,
  });
}
