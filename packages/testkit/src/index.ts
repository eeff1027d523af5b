export { startSecretsManager } from './secrets-manager/start-secrets-manager.js';
export type { LocalSecretsManager } from './secrets-manager/local-secrets-manager.js';
export type { SecretsManagerOptions } from './secrets-manager/options.js';
export type {
  BundleTarget,
  CommandTarget,
  FunctionContext,
  FunctionTarget,
  HttpTarget,
  RotationEvent,
  RotationHandler,
  RotationStepName,
} from './secrets-manager/rotation/function-target.js';
export type { RotationPace } from './secrets-manager/rotation/rotation-driver.js';
export type { RotationReport, StepReport } from './secrets-manager/rotation/rotation-report.js';
export { valueOnlyRotation } from './secrets-manager/value-only-rotation.js';
export type { AuditEvent } from './secrets-manager/runtime/service.js';
export type { AuditEventName } from './secrets-manager/model/operation.js';
export { ServiceError, type ServiceErrorCode } from './secrets-manager/model/service-error.js';
export type { Secret, SecretValue, SecretVersion } from './secrets-manager/model/secret.js';
export type { OperationName } from './secrets-manager/operations/index.js';
export type { FaultRule } from './secrets-manager/runtime/fault-rule.js';
export type { RequestLogEntry } from './secrets-manager/runtime/request-log.js';
export {
  useSecretsManager,
  type TestHooks,
  type UseSecretsManagerOptions,
} from './secrets-manager/use-secrets-manager.js';
export {
  startRedshiftApi,
  type LocalRedshiftApi,
  type RedshiftApiOptions,
  type RedshiftApiRequest,
} from './redshift-api/start-redshift-api.js';
export type {
  LocalCluster,
  LocalNamespace,
  LocalWorkgroup,
  RedshiftWorld,
} from './redshift-api/redshift-world.js';
