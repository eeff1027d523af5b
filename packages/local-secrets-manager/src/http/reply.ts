import { ServiceError, type ServiceErrorCode } from '../model/service-error.js';

/** What goes back over the wire. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly errorCode?: string;
  readonly requestId?: string;
  /** Default application/x-amz-json-1.1. */
  readonly contentType?: string;
}

/** Codes that every AWS JSON service answers with `message` in lower case; the service's own have a capital M (O). */
const UNMODELLED: ReadonlySet<ServiceErrorCode> = new Set([
  'SerializationException',
  'ThrottlingException',
  'UnknownOperationException',
  'ValidationException',
]);

export const answerReply = (answer: Record<string, unknown>): Reply => ({
  status: 200,
  body: JSON.stringify(answer),
});

/** HTTP 400 for every client error, ResourceNotFoundException included, and 500 for the service's own (O). */
export function errorReply(code: string, message: string, status?: number): Reply {
  const key = UNMODELLED.has(code as ServiceErrorCode) ? 'message' : 'Message';
  return {
    status: status ?? (code === 'InternalServiceError' ? 500 : 400),
    body: JSON.stringify({ __type: code, [key]: message }),
    errorCode: code,
  };
}

/** Anything but a ServiceError is a fault of this program; its text may hold anything, so it stays here. */
export function replyFor(error: unknown): Reply {
  return error instanceof ServiceError
    ? errorReply(error.code, error.message)
    : errorReply('InternalServiceError', 'An error occurred on the server side.');
}
