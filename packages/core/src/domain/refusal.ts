import type { ErrorCode } from './error-code.js';

/** Why an input or a state is not acceptable, as a value: pure functions return it, the engine throws it. */
export interface Refusal {
  readonly kind: 'refused';
  readonly code: ErrorCode;
  /** What is wrong, without any secret value. */
  readonly message: string;
  /** What the reader can do about it, as one imperative sentence or two. */
  readonly remedy: string;
  /** The field, variable or argument at fault, where there is one. */
  readonly field?: string;
  /** The settings that cause or can fix it, by key. Whoever shows it says where each is set. */
  readonly settings?: readonly string[];
  /** Whether the same call may succeed later without anybody's help. Default false. */
  readonly retryable?: boolean;
}

/** Builds a refusal; the tag is filled in. */
export function refuse(refusal: Omit<Refusal, 'kind'>): Refusal {
  return { kind: 'refused', ...refusal };
}

/** Tells a refusal from a value. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && (value as Refusal).kind === 'refused';
}
