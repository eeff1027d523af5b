import type { ErrorCode } from '@keyturn/core';

/** What went wrong and what to do, in whole sentences. */
export interface SignInProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
  readonly retryable?: boolean;
}
