export { redshiftParts, type RedshiftParts, type RedshiftPartsOptions } from './redshift-parts.js';
export { SETTINGS, type FunctionSettings } from './function-settings.js';
export { settingHints, withHints, type SettingPlaces } from './setting-hints.js';
