import { isRefusal } from '../domain/refusal.js';
import {
  resolveSettings,
  type ResolvedSettings,
  type RotationSettings,
} from '../domain/rotation-settings.js';
import { refusalToError } from '../errors.js';

/** What the settings of an engine or operation are made of. */
export interface SettingSources {
  /** Default: those of the strategy, which also win over these. */
  readonly settings?: RotationSettings | undefined;
  readonly strategy: { readonly settings?: RotationSettings };
}

/**
 * What counts: the settings, those of the strategy laid over them, and the defaults. Called once, when an engine is
 * built or an operation begins.
 * @throws `KEYTURN_INVALID_SETTING` whose field is the first key that is unknown or not fit
 */
export function requireSettings({ settings, strategy }: SettingSources): ResolvedSettings {
  const resolved = resolveSettings(settings, strategy.settings);
  if (isRefusal(resolved)) throw refusalToError(resolved);
  return resolved;
}
