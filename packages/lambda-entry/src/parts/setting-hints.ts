import type { SettingRow } from '@keyturn/core/adapter';
import { SETTINGS } from './function-settings.js';

/** Where the reader of an error can set a setting, besides its environment variable. */
export interface SettingPlaces {
  /** Settings that code gives. They win over the variables, so that the variables would change nothing. */
  readonly inCode?: Readonly<Record<string, unknown>> | undefined;
  /** Command line options by key, such as `--superuser-secret`. */
  readonly flags?: Readonly<Record<string, string>> | undefined;
}

/** Where settings are set, a sentence for each; nothing for a key that is unknown. */
export function settingHints(
  keys: readonly string[],
  { inCode = {}, flags = {} }: SettingPlaces = {},
): string {
  const rows: Readonly<Record<string, SettingRow<unknown>>> = SETTINGS;
  const hints = keys.flatMap((key) => {
    const row = Object.hasOwn(rows, key) ? rows[key] : undefined;
    if (row === undefined) return [];
    if (inCode[key] !== undefined) return [`${key} is set in code.`];
    const flag = flags[key] === undefined ? '' : `${flags[key]} or `;
    return [`Set ${key} with ${flag}the environment variable ${row.variable}.`];
  });
  return hints.join(' ');
}

/** A message and where the settings that it is about are set, unless it names their variables already. */
export function withHints(
  message: string,
  keys: readonly string[] = [],
  places: SettingPlaces = {},
): string {
  const rows: Readonly<Record<string, SettingRow<unknown>>> = SETTINGS;
  const hints = settingHints(
    keys.filter((key) => !message.includes(rows[key]?.variable ?? key)),
    places,
  );
  return hints === '' || message.endsWith(hints) ? message : `${message} ${hints}`;
}
