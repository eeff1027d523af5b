import { isRefusal, refuse, type Refusal } from '../refusal.js';
import type { GivenSettings, ResolvedTable, SettingRow, SettingTable } from './setting-row.js';
import { closestName } from './closest-name.js';
import { refuseRetired } from './retired-settings.js';

/** An environment, such as that of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

const READ_MORE = 'docs/settings.md lists every setting.';

/**
 * Reads the variables of a table. One that is empty counts as one that is not set; all others are left alone.
 * @returns what is set, or a refusal with code `KEYTURN_INVALID_SETTING` and the setting's key as its field. Never
 * quotes a value.
 */
export function readSettings<Table extends SettingTable>(
  table: Table,
  env: Environment,
): GivenSettings<Table> | Refusal {
  const found: [string, unknown][] = [];
  for (const [key, { variable, form }] of Object.entries(table)) {
    const text = env[variable];
    if (text === undefined || text === '') continue;
    const value = form.check(form.fromText(text));
    if (value === undefined) return unfit(`The setting ${key}`, key, form);
    found.push([key, value]);
  }
  return Object.fromEntries(found) as GivenSettings<Table>;
}

/**
 * Checks settings that code gives, by the same rules as those of the environment.
 * @param place names what they were given to, where that is not the settings as a whole: `alternatingUsers`
 * @returns what is given, without what is undefined, or a refusal with code `KEYTURN_INVALID_SETTING` and the
 * setting's key, or the unknown key, as its field. Never quotes a value.
 */
export function checkSettings<Table extends SettingTable>(
  table: Table,
  given: unknown = {},
  place?: string,
): GivenSettings<Table> | Refusal {
  const [setting, of] = place === undefined ? ['setting', ''] : ['option', ` of ${place}`];
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return refused(`${setting}s`, `The ${setting}s${of} have to be an object.`, READ_MORE);
  }
  const found: [string, unknown][] = [];
  for (const [key, value] of Object.entries(given)) {
    const row = Object.hasOwn(table, key) ? table[key] : undefined;
    if (row === undefined) {
      const retired = refuseRetired(key, `The ${setting} ${key}${of}`);
      if (retired !== undefined) return retired;
      const near = closestName(key, table);
      const hint = near === undefined ? '' : `Did you mean ${near}? `;
      const problem = `There is no ${setting} ${JSON.stringify(key.slice(0, 60))}${of}.`;
      return refused(key, problem, `${hint}${READ_MORE}`);
    }
    if (value === undefined) continue;
    const checked = row.form.check(value);
    if (checked === undefined) return unfit(`The ${setting} ${key}${of}`, key, row.form);
    found.push([key, checked]);
  }
  return Object.fromEntries(found) as GivenSettings<Table>;
}

/** Lays settings over one another: the last one that is given counts, and undefined is none. */
export function mergeSettings<Given extends object>(...layers: readonly Given[]): Given {
  const given = layers.flatMap((layer) => Object.entries(layer));
  return Object.fromEntries(given.filter(([, value]) => value !== undefined)) as Given;
}

/**
 * Checks settings of code, lays them over one another, and fills in the defaults. Resolving what is resolved already
 * changes nothing.
 * @param layers later ones win
 */
export function resolveTable<Table extends SettingTable>(
  table: Table,
  ...layers: readonly unknown[]
): ResolvedTable<Table> | Refusal {
  const checked: object[] = Object.entries(table).map(([key, row]) => ({ [key]: row.default }));
  for (const layer of layers) {
    const given = checkSettings(table, layer);
    if (isRefusal(given)) return given;
    checked.push(given);
  }
  return mergeSettings(...checked) as ResolvedTable<Table>;
}

function unfit(what: string, key: string, { words }: SettingRow<unknown>['form']): Refusal {
  return { ...refused(key, `${what} has to be ${words}.`, READ_MORE), settings: [key] };
}

function refused(field: string, message: string, remedy: string): Refusal {
  return refuse({ code: 'KEYTURN_INVALID_SETTING', field, message, remedy });
}
