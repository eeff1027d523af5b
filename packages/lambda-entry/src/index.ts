export {
  createRotationHandler,
  type InvocationContext,
  type RotationHandler,
  type RotationHandlerOptions,
} from './create-rotation-handler.js';
export { TOKENS } from './tokens.js';
export { jsonLog } from './json-log.js';
export { SETTINGS, type FunctionSettings } from './parts/function-settings.js';
export {
  redshiftParts,
  type RedshiftParts,
  type RedshiftPartsOptions,
} from './parts/redshift-parts.js';

// What a function is usually put together from, so that one import will do.
export {
  alternatingUsers,
  signInCheck,
  singleUser,
  type VerificationCheck,
  type VerificationSubject,
} from '@keyturn/core';
export type { Environment, SettingRow } from '@keyturn/core/adapter';
export { queryCheck } from '@keyturn/adapters-redshift';
