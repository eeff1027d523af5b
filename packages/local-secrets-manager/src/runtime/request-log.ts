import { createRecentList } from './recent-list.js';

/** One request, without anything secret: values and rotation tokens are never written down. */
export interface RequestLogEntry {
  /** Epoch milliseconds of the service's clock. */
  readonly at: number;
  readonly operation: string;
  readonly region: string;
  readonly status: number;
  readonly error?: string;
  readonly durationMs: number;
  /** The fields that say which secret, version and label it was about. */
  readonly about: Readonly<Record<string, unknown>>;
}

/** The only fields of a request that are written down, and of rotation rules the only ones inside. */
const HARMLESS = [
  'Name',
  'SecretId',
  'SecretIdList',
  'ClientRequestToken',
  'VersionId',
  'VersionStage',
  'VersionStages',
  'RemoveFromVersionId',
  'MoveToVersionId',
  'RotationLambdaARN',
  'RotationRules',
  'RotateImmediately',
  'RecoveryWindowInDays',
  'ForceDeleteWithoutRecovery',
] as const;
const RULES = ['AutomaticallyAfterDays', 'Duration', 'ScheduleExpression'] as const;

/** As long as the longest SecretId. */
const LONGEST_TEXT = 2048;
const MOST_ENTRIES = 20;

const KEPT = 1000;

export interface RequestLog {
  add(entry: RequestLogEntry): void;
  /** The last 1,000, oldest first. */
  entries(): readonly RequestLogEntry[];
  clear(): void;
}

export function createRequestLog(onEntry: (entry: RequestLogEntry) => void): RequestLog {
  const last = createRecentList<RequestLogEntry>(KEPT);
  return {
    ...last,
    add(entry) {
      last.add(entry);
      onEntry(entry);
    },
  };
}

/** What may be written down of a request: plain values alone, so that nothing hides inside of them. */
export function harmlessFields(body: unknown): Record<string, unknown> {
  return fieldsOf(body, HARMLESS, (name, value) =>
    name === 'RotationRules' ? rules(value) : plainOrList(value),
  );
}

const rules = (value: unknown) =>
  typeof value === 'object' ? fieldsOf(value, RULES, (_, rule) => plain(rule)) : undefined;

function fieldsOf(
  body: unknown,
  names: readonly string[],
  shorten: (name: string, value: unknown) => unknown,
): Record<string, unknown> {
  if (typeof body !== 'object' || body === null) return {};
  const given = body as Record<string, unknown>;
  const entries = names.map((name) => [name, shorten(name, given[name])] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function plain(value: unknown): string | number | boolean | undefined {
  if (typeof value === 'string') return value.slice(0, LONGEST_TEXT);
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}

const plainOrList = (value: unknown): unknown =>
  Array.isArray(value)
    ? value
        .slice(0, MOST_ENTRIES)
        .map(plain)
        .filter((entry) => entry !== undefined)
    : plain(value);
