import type { ErrorCode } from '@keyturn/core';

/** What went wrong and what to do, in whole sentences. */
export interface SignInProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
  /** The settings that help against it, by key. */
  readonly settings?: readonly string[] | undefined;
  readonly retryable?: boolean;
}

/** Makes a text of the server or the driver fit to be quoted in a message, and remembers that it was. */
export type Quote = (text: string) => string;
