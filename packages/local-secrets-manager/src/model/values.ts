import { text } from './input.js';
import type { SecretValue } from './secret.js';
import { invalidParameter, invalidRequest, ServiceError } from './service-error.js';

const MAX_BYTES = 65_536;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Fields of every operation that stores a value. An empty one has its own refusal, so there is no lower bound. */
export const valueFields = {
  SecretString: text({ max: MAX_BYTES, sensitive: true }),
  SecretBinary: text({ sensitive: true }),
};

interface ValueInput {
  readonly SecretString?: string;
  readonly SecretBinary?: string;
}

/** The value of a request, or undefined when it holds none. */
export function readValue(input: ValueInput): SecretValue | undefined {
  const { SecretString: string, SecretBinary: binary } = input;
  if (string !== undefined && binary !== undefined) {
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  if (string === '' || binary === '') throw missingValue();
  if (string !== undefined) {
    if (Buffer.byteLength(string) > MAX_BYTES) throw tooLarge('secretString');
    return { kind: 'string', text: string };
  }
  if (binary === undefined) return undefined;
  if (!BASE64.test(binary)) {
    throw new ServiceError('SerializationException', 'SecretBinary is not valid base64');
  }
  if (Buffer.byteLength(binary, 'base64') > MAX_BYTES) throw tooLarge('secretBinary');
  return { kind: 'binary', base64: binary };
}

export const missingValue = () =>
  invalidRequest('You must provide either SecretString or SecretBinary.');

/** The one field of an answer that carries the value. */
export function valueAnswer(value: SecretValue): ValueInput {
  return value.kind === 'string' ? { SecretString: value.text } : { SecretBinary: value.base64 };
}

const tooLarge = (field: string) =>
  new ServiceError(
    'ValidationException',
    `1 validation error detected: Value at '${field}' failed to satisfy constraint: ` +
      `Member must have length less than or equal to ${MAX_BYTES}`,
  );
