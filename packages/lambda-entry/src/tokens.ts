import type { Clock, RotationEngine, RotationObserver } from '@keyturn/core';
import type {
  DatabaseAdmin,
  EndpointLocator,
  PasswordSource,
  SecretStore,
} from '@keyturn/core/adapter';
import type { InjectionToken } from 'tsyringe';
import type { RedshiftParts } from './parts/redshift-parts.js';

/**
 * What the composition root resolves. Register another implementation under one of these to replace it:
 * `createRotationHandler({ configure: (container) => container.register(TOKENS.clock, { useValue: myClock }) })`.
 */
export const TOKENS = {
  clock: token<Clock>('keyturn.clock'),
  /** What the four below are taken from, unless they are replaced. */
  parts: token<RedshiftParts>('keyturn.parts'),
  store: token<SecretStore>('keyturn.store'),
  database: token<DatabaseAdmin>('keyturn.database'),
  locator: token<EndpointLocator>('keyturn.locator'),
  passwords: token<PasswordSource>('keyturn.passwords'),
  observer: token<RotationObserver>('keyturn.observer'),
  engine: token<RotationEngine>('keyturn.engine'),
};

/** A token that is the same in every copy of this package. */
function token<T>(name: string): InjectionToken<T> {
  return Symbol.for(name);
}
