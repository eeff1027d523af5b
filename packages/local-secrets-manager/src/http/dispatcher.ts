import { setTimeout as sleep } from 'node:timers/promises';
import type { RandomSource } from '../model/operation.js';
import type { Fault, FaultInjector } from '../runtime/faults.js';
import { harmlessFields, type RequestLog } from '../runtime/request-log.js';
import type { Service } from '../runtime/service.js';
import { answerReply, errorReply, type Reply, replyFor } from './reply.js';
import { operationIn, parseBody, regionIn } from './request.js';
import type { RequestHandler } from './server.js';

/** Turns HTTP requests into operations, through the faults that were asked for, and outcomes into replies. */
export function createDispatcher(settings: {
  readonly service: Service;
  readonly random: RandomSource;
  readonly faults: FaultInjector;
  readonly log: RequestLog;
  readonly regionOf: (signedRegion: string | undefined) => string;
}): RequestHandler {
  const { service, faults, log } = settings;

  return async ({ headers }, text) => {
    const began = performance.now();
    const region = settings.regionOf(regionIn(headers.authorization));
    const target = String(headers['x-amz-target'] ?? '');
    let body: unknown;
    let reply: Reply | 'drop';
    try {
      const operation = operationIn(target);
      body = parseBody(text);
      const about = harmlessFields(body);
      const secretId = typeof about['SecretId'] === 'string' ? about['SecretId'] : undefined;
      const fault = faults.next(operation, secretId);
      const carryOut = () => answerReply(service.call(operation, body, region));
      reply = fault ? await withFault(fault, carryOut) : carryOut();
    } catch (error) {
      reply = replyFor(error);
    }
    const dropped = reply === 'drop';
    log.add({
      at: service.now(),
      operation: target.replace(/^secretsmanager\./, ''),
      region,
      status: dropped ? 0 : (reply as Reply).status,
      ...(dropped ? { error: 'connection closed' } : errorField(reply as Reply)),
      durationMs: performance.now() - began,
      about: harmlessFields(body),
    });
    return dropped ? 'drop' : { ...(reply as Reply), requestId: settings.random.uuid() };
  };
}

async function withFault(fault: Fault, carryOut: () => Reply): Promise<Reply | 'drop'> {
  const done = fault.when === 'after' ? carryOut() : undefined;
  if (fault.latencyMs > 0) await sleep(fault.latencyMs);
  if (fault.drop) return 'drop';
  if (fault.error) return errorReply(fault.error.code, fault.error.message, fault.error.status);
  return done ?? carryOut();
}

const errorField = ({ errorCode }: Reply) => (errorCode === undefined ? {} : { error: errorCode });
