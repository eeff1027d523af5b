import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

type Files = Readonly<Record<string, string>>;

/** For every rule, a file that breaks it. */
export const breaches: Readonly<Record<string, readonly [file: string, text: string]>> = {
  'domain-imports-only-itself': [
    'packages/core/src/domain/knows-a-port.ts',
    `import type { Clock } from '../ports/clock.js'; export type Known = Clock;`,
  ],
  'ports-import-only-the-domain': [
    'packages/core/src/ports/knows-the-engine.ts',
    `import '../engine/engine.js';`,
  ],
  'access-imports-only-ports-and-domain': [
    'packages/core/src/access/knows-the-engine.ts',
    `import '../engine/engine.js';`,
  ],
  'strategies-ask-the-engine': [
    'packages/core/src/strategies/helps-itself.ts',
    `import '../access/superuser-session.js';`,
  ],
  'checks-and-defaults-import-only-ports-and-domain': [
    'packages/core/src/defaults/knows-the-engine.ts',
    `import '../engine/engine.js';`,
  ],
  'errors-import-only-the-domain': [
    'packages/core/src/errors.ts',
    `import type { Clock } from './ports/clock.js'; export type Known = Clock;`,
  ],
  'engine-imports-no-strategy': [
    'packages/core/src/engine/knows-a-strategy.ts',
    `import type { S } from '../strategies/strategy.js'; export type Known = S;`,
  ],
  'steps-do-not-import-each-other': [
    'packages/core/src/engine/finish-step.ts',
    `import './set-step.js';`,
  ],
  'operations-are-for-operators': [
    'packages/core/src/checks/acts-for-an-operator.ts',
    `import '../operations/operator-session.js';`,
  ],
  'two-doors-to-the-superuser': [
    'packages/core/src/operations/has-a-key.ts',
    `import '../access/superuser-credential.js';`,
  ],
  'core-imports-nothing-outside': [
    'packages/core/src/engine/reads-files.ts',
    `import { readFileSync } from 'node:fs'; readFileSync('x');`,
  ],
  'adapters-import-only-core': [
    'packages/adapters-aws/src/knows-redshift.ts',
    `import '@keyturn/adapters-redshift';`,
  ],
  'client-imports-only-core': [
    'packages/client/src/knows-an-adapter.ts',
    `import '@keyturn/adapters-aws';`,
  ],
  'lambda-entry-ships-no-test-code': [
    'packages/lambda-entry/src/ships-fakes.ts',
    `import '@keyturn/testkit';`,
  ],
  'packages-import-no-tools': [
    'packages/lambda-entry/src/shows-a-demo.ts',
    `import '@keyturn/demo';`,
  ],
  'testkit-imports-only-core': [
    'packages/testkit/src/knows-redshift.ts',
    `import '@keyturn/adapters-redshift';`,
  ],
  'local-secrets-manager-stands-alone': [
    'packages/local-secrets-manager/src/knows-core.ts',
    `import '@keyturn/core';`,
  ],
  'container-stays-in-lambda-entry': [
    'packages/adapters-redshift/src/resolves-itself.ts',
    `import { container } from 'tsyringe'; container.resolve('x');`,
  ],
  'parts-do-not-load-the-container': [
    'packages/lambda-entry/src/parts/goes-through.ts',
    `import '../index.js';`,
  ],
  'packages-meet-at-the-front-door': [
    'packages/lambda-entry/src/reaches-inside.ts',
    `import '../../core/src/engine/engine.js';`,
  ],
  'sources-import-no-tests': [
    'packages/adapters-aws/src/knows-its-test.ts',
    `import '../test/store.test.js';`,
  ],
  'no-cycles': [
    'packages/core/src/engine/goes-round.ts',
    `import type { B } from './turns-round.js'; export type A = B;`,
  ],
  'no-unresolvable-imports': ['tools/demo/src/is-lost.ts', `import './nowhere.js';`],
  'imports-are-declared': ['tools/demo/src/borrows.ts', `import 'undeclared';`],
  'sources-use-no-dev-dependencies': [
    'packages/adapters-aws/src/needs-a-tool.ts',
    `import 'tool';`,
  ],
};

/** What the breaches import, and the same kinds of import where they are allowed. */
const wellBehaved: Files = {
  'packages/core/src/index.ts': `export * from './engine/engine.js'; export * from './operations/operator-session.js';`,
  'packages/core/src/domain/id.ts': 'export type Id = string;',
  'packages/core/src/ports/clock.ts': `import type { Id } from '../domain/id.js'; export type Clock = Id;`,
  'packages/core/src/checks/sign-in-check.ts': `import './run-checks.js';`,
  'packages/core/src/checks/run-checks.ts': `import type { Clock } from '../ports/clock.js'; export type C = Clock;`,
  'packages/core/src/engine/engine.ts': `import type { Clock } from '../ports/clock.js'; export type E = Clock;`,
  'packages/core/src/engine/set-step.ts': `import '../access/superuser-session.js';`,
  'packages/core/src/access/superuser-credential.ts': `import type { Clock } from '../ports/clock.js'; export type A = Clock;`,
  'packages/core/src/access/superuser-session.ts': `import './superuser-credential.js';`,
  'packages/core/src/operations/operator-session.ts': `import '../access/superuser-credential.js'; import '../engine/engine.js';`,
  'packages/core/src/strategies/strategy.ts': `import type { Clock } from '../ports/clock.js'; export type S = Clock;`,
  'packages/core/src/engine/turns-round.ts': `import type { A } from './goes-round.js'; export type B = A;`,
  'packages/core/test/engine.test.ts': `import '@keyturn/testkit'; import 'node:fs'; import '../src/index.js';`,
  'packages/adapters-aws/src/index.ts': `import '@keyturn/core'; import 'node:fs';`,
  'packages/adapters-aws/test/store.test.ts': `import 'tool'; import '@keyturn/testkit';`,
  'packages/adapters-redshift/src/index.ts': `import '@keyturn/core';`,
  'packages/client/src/index.ts': `import '@keyturn/core'; import 'node:fs';`,
  'packages/lambda-entry/src/index.ts': `import '@keyturn/adapters-aws'; import '@keyturn/adapters-redshift'; import 'tsyringe';`,
  'packages/local-secrets-manager/src/index.ts': `import 'node:http';`,
  'packages/testkit/src/index.ts': `import '@keyturn/core'; import '@keyturn/local-secrets-manager';`,
  'tools/demo/src/index.ts': `import '@keyturn/testkit';`,
};

const dependencies: Readonly<Record<string, readonly string[]>> = {
  core: [],
  'local-secrets-manager': ['@keyturn/core'],
  testkit: ['@keyturn/core', '@keyturn/local-secrets-manager', '@keyturn/adapters-redshift'],
  'adapters-aws': ['@keyturn/core', '@keyturn/adapters-redshift'],
  'adapters-redshift': ['@keyturn/core', 'tsyringe'],
  client: ['@keyturn/core', '@keyturn/adapters-aws'],
  'lambda-entry': [
    '@keyturn/core',
    '@keyturn/adapters-aws',
    '@keyturn/adapters-redshift',
    '@keyturn/testkit',
    '@keyturn/demo',
    'tsyringe',
  ],
  demo: ['@keyturn/testkit'],
};

const devDependencies: Readonly<Record<string, readonly string[]>> = {
  core: ['@keyturn/testkit'],
  'adapters-aws': ['@keyturn/testkit', 'tool'],
};

const tools = new Set(['demo']);

/** Writes a workspace like this one into `root`, with a breach of every rule. */
export function writeFixture(root: string): void {
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  for (const [file, text] of Object.entries(wellBehaved)) write(file, text);
  for (const [file, text] of Object.values(breaches)) write(file, text);
  for (const name of ['tool', 'tsyringe', 'undeclared']) write(`node_modules/${name}/index.js`, '');
  write('package.json', '{}');

  mkdirSync(join(root, 'node_modules/@keyturn'));
  for (const [name, needed] of Object.entries(dependencies)) {
    const manifest = {
      name: `@keyturn/${name}`,
      exports: { '.': { '@keyturn/source': './src/index.ts' } },
      dependencies: versions(needed),
      devDependencies: versions(devDependencies[name] ?? []),
    };
    const folder = tools.has(name) ? 'tools' : 'packages';
    write(`${folder}/${name}/package.json`, JSON.stringify(manifest));
    symlinkSync(join(root, folder, name), join(root, 'node_modules/@keyturn', name), 'junction');
  }
}

const versions = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, '1']));
