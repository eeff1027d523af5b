// tsyringe refuses to load without it, so it comes first.
import 'reflect-metadata';
import {
  RotationEngine,
  systemClock,
  type RotationStrategy,
  type VerificationCheck,
} from '@keyturn/core';
import type { Environment } from '@keyturn/core/adapter';
import { container, instanceCachingFactory, type DependencyContainer } from 'tsyringe';
import { jsonLog } from './json-log.js';
import { namingVariables } from './name-variables.js';
import type { FunctionSettings } from './parts/function-settings.js';
import { redshiftParts, type RedshiftParts } from './parts/redshift-parts.js';
import type { SettingPlaces } from './parts/setting-hints.js';
import { TOKENS } from './tokens.js';

/** What a function is made of. */
export interface Composition {
  readonly strategy: RotationStrategy;
  readonly checks?: readonly VerificationCheck[] | undefined;
  readonly env: Environment;
  readonly settings?: FunctionSettings | undefined;
}

/** Which settings code gives, so that their variables would change nothing. */
export function placesOf({ settings, strategy }: Composition): SettingPlaces {
  return { inCode: { ...settings, ...strategy.settings } };
}

/** A container of its own with the default implementation of everything. Nothing is built before it is needed. */
export function compose(composition: Composition): DependencyContainer {
  const { strategy, checks, env, settings } = composition;
  const child = container.createChildContainer();
  const once = <T>(make: (c: DependencyContainer) => T) => ({
    useFactory: instanceCachingFactory(make),
  });
  const part = <Name extends keyof RedshiftParts>(name: Name) =>
    once((c) => c.resolve(TOKENS.parts)[name]);
  child.register(TOKENS.clock, { useValue: systemClock });
  child.register(TOKENS.observer, { useValue: jsonLog() });
  child.register(
    TOKENS.parts,
    once((c) => redshiftParts({ env, settings, clock: c.resolve(TOKENS.clock) })),
  );
  child.register(TOKENS.store, part('store'));
  child.register(TOKENS.database, part('database'));
  child.register(TOKENS.locator, part('locator'));
  child.register(TOKENS.passwords, part('passwords'));
  child.register(
    TOKENS.engine,
    once(
      (c) =>
        new RotationEngine({
          strategy,
          ...(checks !== undefined && { checks }),
          settings: c.resolve(TOKENS.parts).settings,
          retired: c.resolve(TOKENS.parts).retired,
          store: c.resolve(TOKENS.store),
          database: c.resolve(TOKENS.database),
          locator: c.resolve(TOKENS.locator),
          passwords: c.resolve(TOKENS.passwords),
          observer: namingVariables(c.resolve(TOKENS.observer), placesOf(composition)),
          clock: c.resolve(TOKENS.clock),
        }),
    ),
  );
  return child;
}
