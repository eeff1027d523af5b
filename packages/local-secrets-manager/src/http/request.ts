import { ServiceError } from '../model/service-error.js';
import { isOperationName, type OperationName } from '../operations/index.js';

const TARGET = /^secretsmanager\.(\w+)$/;

/** @throws ServiceError UnknownOperationException. */
export function operationIn(target: string | undefined): OperationName {
  const [, name = ''] = TARGET.exec(target ?? '') ?? [];
  if (isOperationName(name)) return name;
  throw new ServiceError('UnknownOperationException', '');
}

/** The region of the signature's credential scope; the signature itself is not checked, so any key will do. */
export function regionIn(authorization: string | undefined): string | undefined {
  return /Credential=[^/\s,]+\/\d{8}\/([a-z0-9-]+)\//.exec(authorization ?? '')?.[1];
}

/** @throws ServiceError SerializationException; the body may hold a secret and is not repeated. */
export function parseBody(text: string): unknown {
  try {
    return text === '' ? {} : (JSON.parse(text) as unknown);
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not valid JSON.');
  }
}
