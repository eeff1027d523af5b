import {
  isRefusal,
  KeyturnError,
  parseRotationEvent,
  type RotationEngine,
  type RotationRequest,
  type RotationStrategy,
  type VerificationCheck,
} from '@keyturn/core';
import { refusalToError, type Environment } from '@keyturn/core/adapter';
import type { DependencyContainer } from 'tsyringe';
import { compose, placesOf } from './composition-root.js';
import { nameVariables, namingVariables } from './name-variables.js';
import type { FunctionSettings } from './parts/function-settings.js';
import type { SettingPlaces } from './parts/setting-hints.js';
import { TOKENS } from './tokens.js';

/** What {@link createRotationHandler} is given. */
export interface RotationHandlerOptions {
  readonly strategy: RotationStrategy;
  /** testSecret's checks. Default: the sign-in alone. */
  readonly checks?: readonly VerificationCheck[];
  /** Default: the environment of the process. */
  readonly env?: Environment;
  /** Any setting of `docs/settings.md`, by key. Wins over the environment; the strategy's options win over both. */
  readonly settings?: FunctionSettings;
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
  const { strategy, checks, env = process.env, settings, configure } = options;
  const composition = { strategy, checks, env, settings };
  const places = placesOf(composition);
  let composed: DependencyContainer | undefined;
  return async (event, context) => {
    const request = parseRotationEvent(event);
    if (isRefusal(request)) throw refusalToError(request);
    if (composed === undefined) {
      composed = compose(composition);
      configure?.(composed);
    }
    const remaining = context?.getRemainingTimeInMillis?.();
    const clock = composed.resolve(TOKENS.clock);
    try {
      const engine = resolveEngine(composed, request, places);
      await engine.run({
        ...request,
        ...(remaining !== undefined && { deadline: clock.now() + remaining }),
      });
    } catch (error) {
      throw nameVariables(error, places);
    }
  };
}

/** Builds the engine, and tells the observer why where the settings do not allow it. */
function resolveEngine(
  composed: DependencyContainer,
  request: RotationRequest,
  places: SettingPlaces,
): RotationEngine {
  try {
    return composed.resolve(TOKENS.engine);
  } catch (error) {
    if (KeyturnError.is(error)) {
      const { step, secretId, versionId } = request;
      const { code, message, retryable, settings } = error.at({ step, secretId, versionId });
      const place = { step, secretId, versionId, at: composed.resolve(TOKENS.clock).now() };
      const about = { code, message, ...(settings.length > 0 && { settings }), retryable };
      const observer = namingVariables(composed.resolve(TOKENS.observer), places);
      observer.notify({ ...place, name: 'rotation.failed', ...about, durationMs: 0 });
    }
    throw error;
  }
}
