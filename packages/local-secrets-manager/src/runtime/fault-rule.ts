import { isOperationName, type OperationName } from '../operations/index.js';

/** What is to go wrong, and when. Rules are looked at in the order they were added; the first that fits decides. */
export interface FaultRule {
  /** Default: every operation. */
  readonly operation?: OperationName;
  /** Only requests that name this secret, exactly as they name it. */
  readonly secretId?: string;
  /** `before`: nothing was done. `after`: it was done, but the caller is not told. Default `before`. */
  readonly when?: 'before' | 'after';
  /** Waits this long, in milliseconds; alone it does no other harm. */
  readonly latencyMs?: number;
  /** Error code to answer with, such as InternalServiceError. */
  readonly error?: string;
  readonly message?: string;
  /** Default 500 for InternalServiceError, else 400. */
  readonly status?: number;
  /** Closes the connection without an answer. */
  readonly drop?: boolean;
  /** Answers ThrottlingException above so many requests per second. */
  readonly perSecond?: number;
  /** Lets so many fitting requests pass first. Default 0. */
  readonly skip?: number;
  /** Ends after so many faults. Default: never. */
  readonly times?: number;
  /** 0 to 1; drawn from the seed. Default 1. */
  readonly probability?: number;
}

type Check = readonly [isRight: (value: unknown) => boolean, wanted: string];

const isText = (value: unknown) => typeof value === 'string';
const between =
  (least: number, most: number) =>
  (value: unknown): boolean =>
    typeof value === 'number' && value >= least && value <= most;
const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 0;

/** The longest wait that a timer of Node keeps. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

const CHECKS: Readonly<Record<keyof FaultRule, Check>> = {
  operation: [(value) => isText(value) && isOperationName(value), 'an operation'],
  secretId: [isText, 'a text'],
  when: [(value) => value === 'before' || value === 'after', 'before or after'],
  latencyMs: [between(0, LONGEST_WAIT_MS), 'a number of milliseconds'],
  error: [(value) => isText(value) && value !== '', 'an error code'],
  message: [isText, 'a text'],
  status: [(value) => isCount(value) && between(400, 599)(value), 'an HTTP status from 400 to 599'],
  drop: [(value) => typeof value === 'boolean', 'true or false'],
  perSecond: [isCount, 'a whole number of requests'],
  skip: [isCount, 'a whole number of requests'],
  times: [isCount, 'a whole number of requests'],
  probability: [between(0, 1), 'a number from 0 to 1'],
};

/**
 * Reads a rule that comes from outside, over HTTP or from untyped code.
 *
 * @throws TypeError that names the field, or for a rule that does nothing.
 */
export function parseFaultRule(given: unknown): FaultRule {
  const rule = Object.fromEntries(
    Object.entries(given as object).filter(([, value]) => value !== undefined),
  ) as FaultRule;
  for (const [field, value] of Object.entries(rule)) {
    if (!Object.hasOwn(CHECKS, field)) {
      throw new TypeError(`a fault has no field ${field}, only ${Object.keys(CHECKS).join(', ')}`);
    }
    const [isRight, wanted] = CHECKS[field as keyof FaultRule];
    if (!isRight(value)) throw new TypeError(`${field} of a fault has to be ${wanted}`);
  }
  const { latencyMs, error, drop, perSecond } = rule;
  if (latencyMs === undefined && error === undefined && !drop && perSecond === undefined) {
    throw new TypeError('a fault needs latencyMs, error, drop or perSecond');
  }
  return rule;
}
