import { list, required, structure, text } from '../model/input.js';
import type { Secret } from '../model/secret.js';
import { invalidParameter } from '../model/service-error.js';

const KEYS = [
  'description',
  'name',
  'tag-key',
  'tag-value',
  'primary-region',
  'owning-service',
  'all',
] as const;

export const filterList = list(
  structure({
    Key: required(text({ oneOf: KEYS })),
    Values: required(
      list(text({ max: 512, pattern: /^!?[a-zA-Z0-9 :_@/+=.\-!]*$/ }), { min: 1, max: 10 }),
    ),
  }),
  { max: 10 },
);

interface Filter {
  readonly Key: string;
  readonly Values: readonly string[];
}

/** Whether a secret passes every filter; of the values of one filter a single one has to fit. */
export function matchesAll(secret: Secret, filters: readonly Filter[]): boolean {
  return filters.every((filter) => matchesFilter(secret, filter));
}

/** A leading `!` excludes: such values have to miss all together. */
function matchesFilter(secret: Secret, { Key: key, Values: values }: Filter): boolean {
  const wanted = values.filter((value) => !value.startsWith('!'));
  const unwanted = values.filter((value) => value.startsWith('!')).map((value) => value.slice(1));
  const fits = (value: string) => matchesValue(secret, key, value);
  return (wanted.length === 0 || wanted.some(fits)) && !unwanted.some(fits);
}

/** Values are prefixes and tell case apart, except in descriptions; `all` looks at single words, whatever the case. */
function matchesValue(secret: Secret, key: string, value: string): boolean {
  const startsWith = (candidate: string | undefined) => candidate?.startsWith(value) ?? false;
  switch (key) {
    case 'name':
      return startsWith(secret.name);
    case 'tag-key':
      return secret.tags?.some((tag) => startsWith(tag.Key)) ?? false;
    case 'tag-value':
      return secret.tags?.some((tag) => startsWith(tag.Value)) ?? false;
    case 'primary-region':
      return startsWith(secret.primaryRegion);
    case 'owning-service':
      return startsWith(secret.owningService);
    case 'description':
      return wordsStartWith(secret.description, value);
    case 'all': {
      const tags = secret.tags?.flatMap((tag) => [tag.Key, tag.Value]) ?? [];
      const places = [secret.name, secret.description, secret.owningService, ...tags];
      return places.some((place) => wordsStartWith(place, value));
    }
    default:
      throw invalidParameter(`${key} is not a filter.`);
  }
}

/** Every word of the value begins some word of the text. */
function wordsStartWith(place: string | undefined, value: string): boolean {
  const words = (place ?? '').toLowerCase().split(/[^a-z0-9]+/);
  const wanted = value
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  return wanted.length > 0 && wanted.every((part) => words.some((word) => word.startsWith(part)));
}
