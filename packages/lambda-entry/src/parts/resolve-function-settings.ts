import { isRefusal, type RotationSettings } from '@keyturn/core';
import {
  checkSettings,
  explainError,
  mergeSettings,
  readSettings,
  refusalToError,
  resolveTable,
  type Environment,
} from '@keyturn/core/adapter';
import {
  FUNCTION_SETTINGS,
  SETTINGS,
  type FunctionSettings,
  type ResolvedFunctionSettings,
} from './function-settings.js';
import { settingHints } from './setting-hints.js';

/** The settings of a function: those that the engine is given, and those that its parts are made from. */
export interface SplitSettings {
  readonly engine: RotationSettings;
  readonly own: ResolvedFunctionSettings;
}

/**
 * Reads the environment, checks what code gives, and lays that over it.
 * @throws InvalidInputError `KEYTURN_INVALID_SETTING` whose field is the first key that is unknown or not fit; where
 * the environment holds it, the message names the variable
 */
export function resolveFunctionSettings(env: Environment, code: FunctionSettings): SplitSettings {
  const found = readSettings(SETTINGS, env);
  if (isRefusal(found)) {
    throw explainError(refusalToError(found), settingHints(found.settings ?? []));
  }
  const given = checkSettings(SETTINGS, code);
  if (isRefusal(given)) throw refusalToError(given);
  const own: [string, unknown][] = [];
  const engine: [string, unknown][] = [];
  for (const entry of Object.entries(mergeSettings<FunctionSettings>(found, given))) {
    (Object.hasOwn(FUNCTION_SETTINGS, entry[0]) ? own : engine).push(entry);
  }
  const resolved = resolveTable(FUNCTION_SETTINGS, Object.fromEntries(own));
  if (isRefusal(resolved)) throw refusalToError(resolved);
  return { engine: Object.fromEntries(engine), own: resolved };
}
