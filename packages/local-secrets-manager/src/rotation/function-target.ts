/** The four steps, as they are spelt on the wire. */
export type RotationStepName = 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';

/** The event that Secrets Manager sends to a rotation function. */
export interface FunctionEvent {
  readonly Step: RotationStepName;
  /** Full ARN. */
  readonly SecretId: string;
  readonly ClientRequestToken: string;
  readonly RotationToken: string;
}

/** The part of Lambda's context that a rotation function may rely on here. */
export interface FunctionContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly invokedFunctionArn: string;
  /** Milliseconds until the function is stopped. */
  getRemainingTimeInMillis(): number;
}

/** A rotation function in this process. Whatever it answers is ignored; a throw or a rejection fails the step. */
export type FunctionHandler = (event: FunctionEvent, context: FunctionContext) => unknown;

/** A Node bundle: a file, or a folder with `index.mjs`, `index.js` or `index.cjs`, that exports `handler`. Runs in a process of its own. */
export interface BundleTarget {
  readonly bundle: string;
  /** Added to the environment of this process and to the addresses of this Secrets Manager. */
  readonly env?: Readonly<Record<string, string>>;
  /** A new process per invocation, as if every one were a cold start. Default false: loaded once and kept warm. */
  readonly fresh?: boolean;
  /** The Node binary; default the one of this process. */
  readonly node?: string;
  /** Options for Node itself, such as `--import=tsx`. */
  readonly nodeOptions?: readonly string[];
}

/** A command that reads one event as JSON per line on its standard input and answers each with one line of JSON. */
export interface CommandTarget {
  /** A line for the shell, or a program with its arguments. */
  readonly command: string | readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** An address that takes the event as the Lambda runtime's local endpoint does. */
export interface HttpTarget {
  /** Without a path the local endpoint's `/2015-03-31/functions/function/invocations` is used. */
  readonly url: string;
}

/** What a function name stands for; a string is the path of a bundle. */
export type FunctionTarget = FunctionHandler | string | BundleTarget | CommandTarget | HttpTarget;

/** One invocation of a registered function. */
export interface Invocation {
  readonly event: FunctionEvent;
  readonly requestId: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly timeoutMs: number;
}

/** A function that can be called. */
export interface Invoker {
  /** @throws FunctionError when the function fails, does not answer in time or cannot be started. */
  invoke(invocation: Invocation): Promise<void>;
  /** Ends whatever was started for it. Safe to repeat. */
  close(): void;
}

/** A failed invocation; `type` is the error's own name, as Lambda reports it. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';

  constructor(
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

export const timedOut = (timeoutMs: number) =>
  new FunctionError(
    'Sandbox.Timedout',
    `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
  );
