import { isRefusal } from '../domain/refusal.js';
import { ROTATION_SETTINGS, type RotationSettings } from '../domain/rotation-settings.js';
import { checkSettings } from '../domain/settings/resolve-settings.js';
import type { SettingTable } from '../domain/settings/setting-row.js';
import { refusalToError } from '../errors.js';

/**
 * Checks the options of a strategy, which are the settings that no other strategy reads.
 * @param maker the function that was given them, for the error
 * @throws `KEYTURN_INVALID_SETTING` whose field is the first option that is unknown or not fit
 */
export function strategyOptions(
  strategy: 'single user' | 'alternating users',
  maker: string,
  options: object,
): RotationSettings {
  const rows = Object.entries<SettingTable[string]>(ROTATION_SETTINGS);
  const own = Object.fromEntries(rows.filter(([, row]) => row.strategy === strategy));
  const given = checkSettings(own, options, maker);
  if (!isRefusal(given)) return given;
  const { field = '' } = given;
  const isOther = Object.hasOwn(ROTATION_SETTINGS, field) && !Object.hasOwn(own, field);
  const remedy = `Give ${field} with the settings of the handler, engine or operation instead.`;
  throw refusalToError(isOther ? { ...given, remedy } : given);
}
