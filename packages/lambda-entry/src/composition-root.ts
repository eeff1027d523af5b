// tsyringe refuses to load without it, so it comes first.
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import {
  RedshiftEndpoints,
  SecretsManagerPasswords,
  SecretsManagerStore,
} from '@keyturn/adapters-aws';
import { RedshiftAdmin } from '@keyturn/adapters-redshift';
import {
  localPasswords,
  RotationEngine,
  systemClock,
  type Environment,
  type RotationStrategy,
  type VerificationCheck,
} from '@keyturn/core';
import { container, instanceCachingFactory, type DependencyContainer } from 'tsyringe';
import { parseConfig } from './config.js';
import { jsonLog } from './json-log.js';
import { TOKENS } from './tokens.js';

/** What a function is made of, besides its environment. */
export interface Composition {
  readonly strategy: RotationStrategy;
  readonly checks?: readonly VerificationCheck[] | undefined;
  readonly env: Environment;
}

/** A container of its own with the default implementation of everything. Nothing is built before it is needed. */
export function compose({ strategy, checks, env }: Composition): DependencyContainer {
  const child = container.createChildContainer();
  const once = <T>(make: (c: DependencyContainer) => T) => ({
    useFactory: instanceCachingFactory(make),
  });
  child.register(
    TOKENS.config,
    once(() => parseConfig(env, (path) => readFileSync(path, 'utf8'))),
  );
  child.register(TOKENS.clock, { useValue: systemClock });
  child.register(TOKENS.observer, { useValue: jsonLog() });
  child.register(
    TOKENS.store,
    once(
      (c) =>
        new SecretsManagerStore({ clientConfig: awsConfig(c), clock: c.resolve(TOKENS.clock) }),
    ),
  );
  child.register(
    TOKENS.database,
    once((c) => {
      const { tls } = c.resolve(TOKENS.config);
      return new RedshiftAdmin({ tls, clock: c.resolve(TOKENS.clock) });
    }),
  );
  child.register(
    TOKENS.locator,
    once(() => new RedshiftEndpoints()),
  );
  child.register(
    TOKENS.passwords,
    once((c) =>
      c.resolve(TOKENS.config).passwordSource === 'local'
        ? localPasswords
        : new SecretsManagerPasswords({
            clientConfig: awsConfig(c),
            clock: c.resolve(TOKENS.clock),
          }),
    ),
  );
  child.register(
    TOKENS.engine,
    once(
      (c) =>
        new RotationEngine({
          strategy,
          ...(checks !== undefined && { checks }),
          settings: c.resolve(TOKENS.config).settings,
          store: c.resolve(TOKENS.store),
          database: c.resolve(TOKENS.database),
          locator: c.resolve(TOKENS.locator),
          passwords: c.resolve(TOKENS.passwords),
          observer: c.resolve(TOKENS.observer),
          clock: c.resolve(TOKENS.clock),
        }),
    ),
  );
  return child;
}

function awsConfig(c: DependencyContainer): { endpoint?: string } {
  const { endpoint } = c.resolve(TOKENS.config);
  return endpoint === undefined ? {} : { endpoint };
}
