import type { Secret } from './secret.js';
import type { ServiceError } from './service-error.js';

/** Reads the secrets of one account and region. */
export interface SecretReader {
  get(name: string): Secret | undefined;
  /** In the order they were created. */
  all(): Iterable<Secret>;
  readonly size: number;
}

/** A source of randomness; replaced by a seeded one for repeatable runs. */
export interface RandomSource {
  /** A whole number from 0 to `below` - 1, each as likely. */
  below(below: number): number;
  uuid(): string;
}

/** All that an operation may know besides its input and the secrets: no operation asks for the time or rolls dice itself. */
export interface OperationContext {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly accountId: string;
  readonly region: string;
  readonly random: RandomSource;
  /** Whether a rotation function of this ARN or name is known and may be invoked. */
  readonly canInvoke: (functionArn: string) => boolean;
  /** How long a force-deleted name stays taken, in milliseconds. */
  readonly forceDeleteDelayMs: number;
  /** Most versions a secret may keep. */
  readonly maxVersions: number;
}

/** What the service writes to its audit trail. */
export type AuditEventName =
  | 'RotationStarted'
  | 'RotationSucceeded'
  | 'RotationFailed'
  | 'RotationAbandoned'
  | 'TestRotationStarted'
  | 'TestRotationSucceeded'
  | 'TestRotationFailed'
  | 'StartSecretVersionDelete'
  | 'EndSecretVersionDelete'
  | 'CancelSecretVersionDelete';

/** What an operation asks the outside to do, in order. */
export type Effect =
  | { readonly kind: 'store'; readonly secret: Secret; readonly region?: string }
  | { readonly kind: 'remove'; readonly name: string; readonly region?: string }
  | {
      readonly kind: 'audit';
      readonly event: AuditEventName;
      readonly secretArn: string;
      readonly token?: string;
    }
  | { readonly kind: 'promote-replica'; readonly name: string; readonly primaryRegion: string }
  | { readonly kind: 'start-rotation'; readonly secretArn: string; readonly token: string }
  | { readonly kind: 'stop-rotation'; readonly secretArn: string };

/** The answer of an operation and what follows from it; or a refusal that still has consequences. */
export interface Outcome {
  readonly answer: Record<string, unknown>;
  readonly effects?: readonly Effect[];
  readonly refusal?: ServiceError;
}

/**
 * An operation of the service: pure, and the whole of its behaviour.
 *
 * @throws ServiceError for a plain refusal, after which nothing has changed.
 */
export type Operation = (
  body: unknown,
  secrets: SecretReader,
  context: OperationContext,
) => Outcome;

export const store = (secret: Secret): Effect => ({ kind: 'store', secret });
