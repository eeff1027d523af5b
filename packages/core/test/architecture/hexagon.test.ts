import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(__dirname, '..', '..', '..', '..');
const config = join(root, '.dependency-cruiser.cjs');
const cruiser = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');

interface Violation {
  readonly rule: string;
  readonly from: string;
}

/** For every rule, a file that breaks it. */
const breaches: Record<string, readonly [file: string, text: string]> = {
  'domain-imports-only-itself': [
    'packages/core/src/domain/knows-a-port.ts',
    `import type { Clock } from '../ports/clock.js'; export type Known = Clock;`,
  ],
  'ports-import-only-the-domain': [
    'packages/core/src/ports/knows-the-engine.ts',
    `import '../engine/engine.js';`,
  ],
  'core-imports-nothing-outside': [
    'packages/core/src/engine/reads-files.ts',
    `import { readFileSync } from 'node:fs'; readFileSync('x');`,
  ],
  'adapters-import-only-core': [
    'packages/adapters-aws/src/knows-redshift.ts',
    `import '@keyturn/adapters-redshift';`,
  ],
  'lambda-entry-ships-no-test-code': [
    'packages/lambda-entry/src/ships-fakes.ts',
    `import '@keyturn/testkit';`,
  ],
  'testkit-imports-only-core': [
    'packages/testkit/src/knows-redshift.ts',
    `import '@keyturn/adapters-redshift';`,
  ],
  'container-stays-in-lambda-entry': [
    'packages/adapters-redshift/src/resolves-itself.ts',
    `import { container } from 'tsyringe'; container.resolve('x');`,
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
    'packages/core/src/engine/turns-round.ts',
    `import type { A } from './turned-round.js'; export type B = A;`,
  ],
  'no-unresolvable-imports': ['packages/demo/src/is-lost.ts', `import './nowhere.js';`],
  'imports-are-declared': ['packages/demo/src/borrows.ts', `import 'undeclared';`],
  'sources-use-no-dev-dependencies': [
    'packages/adapters-aws/src/needs-a-tool.ts',
    `import 'tool';`,
  ],
};

/** What the breaches import, and the same kinds of import where they are allowed. */
const surroundings: Record<string, string> = {
  'package.json': '{}',
  'packages/core/package.json': '{ "name": "@keyturn/core" }',
  'packages/core/src/index.ts': `export * from './engine/engine.js';`,
  'packages/core/src/ports/clock.ts': `import type { Id } from '../domain/id.js'; export type Clock = Id;`,
  'packages/core/src/domain/id.ts': 'export type Id = string;',
  'packages/core/src/engine/engine.ts': `import type { Clock } from '../ports/clock.js'; export type E = Clock;`,
  'packages/core/src/engine/turned-round.ts': `import type { B } from './turns-round.js'; export type A = B;`,
  'packages/core/test/engine.test.ts': `import '@keyturn/testkit'; import 'node:fs'; import '../src/index.js';`,
  'packages/adapters-aws/package.json': '{ "devDependencies": { "tool": "1" } }',
  'packages/adapters-aws/src/index.ts': `import '@keyturn/core'; import 'node:fs';`,
  'packages/adapters-aws/test/store.test.ts': `import 'tool'; import '@keyturn/testkit';`,
  'packages/adapters-redshift/package.json': '{ "dependencies": { "tsyringe": "4" } }',
  'packages/adapters-redshift/src/index.ts': `import '@keyturn/core';`,
  'packages/lambda-entry/package.json': '{ "dependencies": { "tsyringe": "4" } }',
  'packages/lambda-entry/src/index.ts': `import '@keyturn/adapters-aws'; import '@keyturn/adapters-redshift'; import 'tsyringe';`,
  'packages/testkit/package.json': '{}',
  'packages/testkit/src/index.ts': `import '@keyturn/core';`,
  'packages/demo/package.json': '{}',
  ...modules('tool', 'tsyringe', 'undeclared'),
  ...neighbours('core', 'adapters-aws', 'adapters-redshift', 'testkit'),
};

function modules(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`node_modules/${name}/index.js`, '']));
}

/** Stand-ins for the links that pnpm makes. */
function neighbours(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => [`node_modules/@keyturn/${name}/package.json`, name]),
  );
}
