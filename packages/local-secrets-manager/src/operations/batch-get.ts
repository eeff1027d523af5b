import { lookUp, secretIdText } from '../model/identifiers.js';
import { integer, list, parseInput, structure } from '../model/input.js';
import type { Effect, Operation, OperationContext, SecretReader } from '../model/operation.js';
import { type Secret, withoutUndefined } from '../model/secret.js';
import {
  invalidParameter,
  markedForDeletion,
  notFound,
  ServiceError,
} from '../model/service-error.js';
import { filterList, matchesAll } from './filters.js';
import { nextTokenField, pageOf } from './paging.js';
import { chooseVersion, markAccessed, valueEntry } from './read-values.js';

const shape = structure({
  SecretIdList: list(secretIdText, { min: 1, max: 20 }),
  Filters: filterList,
  MaxResults: integer({ min: 1, max: 20 }),
  NextToken: nextTokenField,
});

/** BatchGetSecretValue: AWSCURRENT of up to 20 secrets; a secret that cannot be read goes to Errors. */
export const batchGetSecretValue: Operation = (body, secrets, context) => {
  const input = parseInput(shape, body);
  const { SecretIdList: ids, Filters: filters } = input;
  if (ids && filters) {
    throw invalidParameter("You can't specify both SecretIdList and Filters.");
  }
  if (!ids && !filters) throw invalidParameter('You must specify SecretIdList or Filters.');
  if (ids && input.MaxResults !== undefined) {
    throw invalidParameter("You can't specify MaxResults with SecretIdList.");
  }
  const wanted = ids ?? namesMatching(secrets, filters ?? []);
  const page = ids
    ? { entries: ids, nextToken: undefined }
    : pageOf(wanted, input.MaxResults ?? 20, input.NextToken);

  const values: unknown[] = [];
  const errors: unknown[] = [];
  const effects: Effect[] = [];
  for (const id of page.entries) {
    try {
      const secret = readable(id, secrets, context);
      const version = chooseVersion(secret, undefined, undefined);
      values.push(valueEntry(secret, version));
      effects.push(...markAccessed(secret, version, context.now));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      errors.push({ SecretId: id, ErrorCode: error.code, Message: error.message });
    }
  }
  return {
    answer: withoutUndefined({
      SecretValues: values,
      Errors: errors,
      NextToken: page.nextToken,
    }),
    effects,
  };
};

function namesMatching(
  secrets: SecretReader,
  filters: Parameters<typeof matchesAll>[1],
): readonly string[] {
  const names: string[] = [];
  for (const secret of secrets.all()) {
    if (secret.deleteAt === undefined && matchesAll(secret, filters)) names.push(secret.name);
  }
  return names;
}

function readable(id: string, secrets: SecretReader, context: OperationContext): Secret {
  const secret = lookUp(id, secrets, context);
  if (!secret) throw notFound();
  if (secret.deleteAt !== undefined) throw markedForDeletion();
  return secret;
}
