import { findLiveSecret, secretId } from '../model/identifiers.js';
import { list, parseInput, required, structure, text } from '../model/input.js';
import { type Operation, store } from '../model/operation.js';
import { patchSecret, type Tag } from '../model/secret.js';
import { invalidParameter, limitExceeded } from '../model/service-error.js';

const MAX_TAGS = 50;
const tagKey = text({ min: 1, max: 128 });

export const tagList = list(
  structure({ Key: required(tagKey), Value: required(text({ max: 256 })) }),
);

/** Adds tags, or replaces those of the same key. */
export function mergeTags(tags: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  if (added.some((tag) => tag.Key.toLowerCase().startsWith('aws:'))) {
    throw invalidParameter('Tag keys that start with aws: are reserved for AWS use.');
  }
  const merged = withTags(tags, added);
  if (merged.length > MAX_TAGS) {
    throw limitExceeded(`You can't attach more than ${MAX_TAGS} tags to a secret.`);
  }
  return merged;
}

/** The same without the rules for callers: a service may tag its own secrets as it likes. */
export function withTags(tags: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  return [...new Map([...tags, ...added].map((tag) => [tag.Key, tag])).values()];
}

const tagShape = structure({ SecretId: secretId, Tags: required(tagList) });

export const tagResource: Operation = (body, secrets, context) => {
  const input = parseInput(tagShape, body);
  const secret = findLiveSecret(input.SecretId, secrets, context);
  const tags = mergeTags(secret.tags ?? [], input.Tags);
  return {
    answer: {},
    effects: [store(patchSecret(secret, { tags, lastChangedAt: context.now }))],
  };
};

const untagShape = structure({ SecretId: secretId, TagKeys: required(list(tagKey)) });

/** UntagResource: unknown keys are no error; after the last tag Describe shows an empty list (O). */
export const untagResource: Operation = (body, secrets, context) => {
  const input = parseInput(untagShape, body);
  const secret = findLiveSecret(input.SecretId, secrets, context);
  const tags = secret.tags?.filter((tag) => !input.TagKeys.includes(tag.Key));
  return {
    answer: {},
    effects: [store(patchSecret(secret, { tags, lastChangedAt: context.now }))],
  };
};
