import type { RandomSource } from '../model/operation.js';
import type { Service } from '../runtime/service.js';
import { answerReply, replyFor } from './reply.js';
import { operationIn, parseBody, regionIn } from './request.js';
import type { RequestHandler } from './server.js';

/** Turns HTTP requests into operations and their outcomes into replies. */
export function createDispatcher(settings: {
  readonly service: Service;
  readonly random: RandomSource;
  readonly regionOf: (signedRegion: string | undefined) => string;
}): RequestHandler {
  return async ({ headers }, text) => {
    const requestId = settings.random.uuid();
    try {
      const target = headers['x-amz-target'];
      const operation = operationIn(typeof target === 'string' ? target : undefined);
      const region = settings.regionOf(regionIn(headers.authorization));
      const answer = settings.service.call(operation, parseBody(text), region);
      return { ...answerReply(answer), requestId };
    } catch (error) {
      return { ...replyFor(error), requestId };
    }
  };
}
