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

/** The only fields of a request that are written down. */
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

const KEPT = 1000;

export interface RequestLog {
  add(entry: RequestLogEntry): void;
  /** The last 1,000, oldest first. */
  entries(): readonly RequestLogEntry[];
  clear(): void;
}

export function createRequestLog(onEntry: (entry: RequestLogEntry) => void): RequestLog {
  let entries: RequestLogEntry[] = [];
  return {
    add(entry) {
      entries.push(entry);
      // Cut now and then, not with every request.
      if (entries.length >= 2 * KEPT) entries = entries.slice(-KEPT);
      onEntry(entry);
    },
    entries: () => entries.slice(-KEPT),
    clear: () => {
      entries = [];
    },
  };
}

export function harmlessFields(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null) return {};
  const given = body as Record<string, unknown>;
  return Object.fromEntries(
    HARMLESS.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]),
  );
}
