import { flag, integer, parseInput, structure, text } from '../model/input.js';
import { labelsByVersion } from '../model/labels.js';
import type { Operation } from '../model/operation.js';
import { type Secret, withoutUndefined } from '../model/secret.js';
import { details } from './describe.js';
import { filterList, matchesAll } from './filters.js';
import { nextTokenField, pageOf } from './paging.js';

const shape = structure({
  IncludePlannedDeletion: flag(),
  MaxResults: integer({ min: 1, max: 100 }),
  NextToken: nextTokenField,
  Filters: filterList,
  SortOrder: text({ oneOf: ['asc', 'desc'] }),
  SortBy: text({ oneOf: ['created-date', 'last-accessed-date', 'last-changed-date', 'name'] }),
});

/** ListSecrets: by creation date, oldest first, unless asked otherwise; planned deletions only when asked for. */
export const listSecrets: Operation = (body, secrets, context) => {
  const input = parseInput(shape, body);
  const filters = input.Filters ?? [];
  const listed = only(
    secrets.all(),
    (secret) =>
      (secret.deleteAt === undefined || input.IncludePlannedDeletion === true) &&
      matchesAll(secret, filters),
  );
  const ordered = inOrder(listed, input.SortBy, input.SortOrder);
  const page = pageOf(ordered, input.MaxResults ?? 100, input.NextToken);
  return {
    answer: withoutUndefined({
      SecretList: page.entries.map((secret) => listEntry(secret, context.now)),
      NextToken: page.nextToken,
    }),
  };
};

function listEntry(secret: Secret, now: number): Record<string, unknown> {
  const labels = labelsByVersion(secret.versions);
  return withoutUndefined({
    ...details(secret, now),
    SecretVersionsToStages: Object.keys(labels).length > 0 ? labels : undefined,
  });
}

function* only(
  secrets: Iterable<Secret>,
  wanted: (secret: Secret) => boolean,
): Generator<Secret, void> {
  for (const secret of secrets) if (wanted(secret)) yield secret;
}

function inOrder(
  secrets: Iterable<Secret>,
  by: string | undefined,
  order: string | undefined,
): Iterable<Secret> {
  // The store keeps the order of creation, so the default needs no sorting however many there are.
  if (by === undefined || by === 'created-date') {
    return order === 'desc' ? [...secrets].reverse() : secrets;
  }
  const key: (secret: Secret) => string | number =
    by === 'name'
      ? (secret) => secret.name
      : by === 'last-changed-date'
        ? (secret) => secret.lastChangedAt
        : (secret) => secret.lastAccessedAt ?? 0;
  const sign = order === 'desc' ? -1 : 1;
  return [...secrets].sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    return left < right ? -sign : left > right ? sign : 0;
  });
}
