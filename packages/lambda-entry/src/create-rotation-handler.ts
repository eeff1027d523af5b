import {
  isRefusal,
  KeyturnError,
  parseRotationEvent,
  refusalToError,
  type RotationEngine,
  type RotationRequest,
  type Environment,
  type RotationStrategy,
  type VerificationCheck,
} from '@keyturn/core';
import type { DependencyContainer } from 'tsyringe';
import { compose } from './composition-root.js';
import { TOKENS } from './tokens.js';

/** What {@link createRotationHandler} is given. */
export interface RotationHandlerOptions {
  readonly strategy: RotationStrategy;
  /** testSecret's checks. Default: the sign-in alone. */
  readonly checks?: readonly VerificationCheck[];
  /** Default: the environment of the process. */
  readonly env?: Environment;
  /** Replaces parts under the tokens of {@link TOKENS}, before anything is built. */
  readonly configure?: (container: DependencyContainer) => void;
}

/** The part of Lambda's context that is used. */
export interface InvocationContext {
  /** Milliseconds until Lambda ends the invocation. */
  getRemainingTimeInMillis?(): number;
}

/** What Lambda calls. Resolves when the step is done; rejects with a `KeyturnError` when it is not. */
export type RotationHandler = (event: unknown, context?: InvocationContext) => Promise<void>;

/**
 * Makes a Lambda handler that runs the steps of a rotation. The environment is parsed and everything is built
 * at the first invocation and kept for the next ones.
 *
 * @example
 * export const handler = createRotationHandler({
 *   strategy: alternatingUsers(),
 *   checks: [signInCheck(), queryCheck({ name: 'orders', sql: 'select 1 from sales.orders limit 1' })],
 * });
 */
export function createRotationHandler(options: RotationHandlerOptions): RotationHandler {
  const { strategy, checks, env = process.env, configure } = options;
  let composed: DependencyContainer | undefined;
  return async (event, context) => {
    const request = parseRotationEvent(event);
    if (isRefusal(request)) throw refusalToError(request);
    if (composed === undefined) {
      composed = compose({ strategy, checks, env });
      configure?.(composed);
    }
    const remaining = context?.getRemainingTimeInMillis?.();
    const clock = composed.resolve(TOKENS.clock);
    const engine = resolveEngine(composed, request);
    await engine.run({
      ...request,
      ...(remaining !== undefined && { deadline: clock.now() + remaining }),
    });
  };
}

/** Builds the engine, and tells the observer why where the environment does not allow it. */
function resolveEngine(composed: DependencyContainer, request: RotationRequest): RotationEngine {
  try {
    return composed.resolve(TOKENS.engine);
  } catch (error) {
    if (KeyturnError.is(error)) {
      const { step, secretId, versionId } = request;
      const { code, message, retryable } = error.at({ step, secretId, versionId });
      const place = { step, secretId, versionId, at: composed.resolve(TOKENS.clock).now() };
      const failed = { name: 'rotation.failed', code, message, retryable, durationMs: 0 } as const;
      composed.resolve(TOKENS.observer).notify({ ...place, ...failed });
    }
    throw error;
  }
}
