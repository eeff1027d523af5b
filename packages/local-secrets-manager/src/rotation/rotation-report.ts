import type { RotationStepName } from './function-target.js';

/** One invocation of a rotation function. Holds no secret value. */
export interface StepReport {
  readonly step: RotationStepName;
  /** Which try of the whole process, from 1. */
  readonly attempt: number;
  readonly secretArn: string;
  readonly secretName: string;
  readonly functionArn: string;
  /** The pending version. */
  readonly token: string;
  /** Epoch milliseconds of the system clock. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** Why it failed, 16,384 characters at most, without values of secrets of its region. */
  readonly error?: string;
}

/** How a rotation, or a test of the function, ended. */
export interface RotationReport {
  readonly secretArn: string;
  readonly secretName: string;
  readonly token: string;
  readonly kind: 'rotation' | 'test';
  /** `abandoned`: stopped by CancelRotateSecret, by a new current value or by deleting the secret. */
  readonly outcome: 'succeeded' | 'failed' | 'abandoned';
  readonly attempts: number;
  readonly steps: readonly StepReport[];
  readonly error?: string;
}
