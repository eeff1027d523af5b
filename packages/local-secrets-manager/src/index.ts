export { startSecretsManager } from './start-secrets-manager.js';
export type { LocalSecretsManager } from './local-secrets-manager.js';
export type { SecretsManagerOptions } from './options.js';
export type {
  BundleTarget,
  CommandTarget,
  FunctionContext,
  FunctionTarget,
  HttpTarget,
  FunctionEvent,
  FunctionHandler,
  RotationStepName,
} from './rotation/function-target.js';
export type { RotationPace } from './rotation/rotation-driver.js';
export type { RotationReport, StepReport } from './rotation/rotation-report.js';
export { valueOnlyRotation } from './value-only-rotation.js';
export type { AuditEvent } from './runtime/service.js';
export type { AuditEventName } from './model/operation.js';
export { ServiceError, type ServiceErrorCode } from './model/service-error.js';
export type { Secret, SecretValue, SecretVersion } from './model/secret.js';
export type { OperationName } from './operations/index.js';
export type { FaultRule } from './runtime/fault-rule.js';
export type { RequestLogEntry } from './runtime/request-log.js';
export {
  useSecretsManager,
  type TestHooks,
  type UseSecretsManagerOptions,
} from './use-secrets-manager.js';
