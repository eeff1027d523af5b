import type { ErrorCode } from '@keyturn/core';

/** What went wrong and what to do, in whole sentences. */
export interface SignInProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
  readonly retryable?: boolean;
}

/** Makes a text of the server or the driver fit to be quoted in a message, and remembers that it was. */
export type Quote = (text: string) => string;
