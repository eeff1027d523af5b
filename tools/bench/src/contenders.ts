import { join } from 'node:path';
import type { Implementation } from './child.js';
import type { Other } from './options.js';
import type { Strategy, World } from './world.js';

/** An implementation on each of several Node versions; one that is a command has only its own. */
export interface Contender {
  readonly name: string;
  on(strategy: Strategy, node?: string): Implementation;
  readonly isKeyturn: boolean;
}

const BUNDLES = { single: 'redshift-single-user', alternating: 'redshift-alternating-users' };

/** The real bundles. */
export function keyturn(world: World, root: string): Contender {
  const runner = join(root, 'tools/bench/runner/run-bundle.cjs');
  return {
    name: 'keyturn',
    isKeyturn: true,
    on: (strategy, node = process.execPath) => ({
      command: [node, runner, join(root, 'packages/lambda-entry/dist/lambda', BUNDLES[strategy])],
      env: world.env,
    }),
  };
}

/** Shell lines. */
export function other(world: World, lines: Other): Contender {
  return {
    name: lines.name,
    isKeyturn: false,
    on: (strategy) => ({ command: ['/bin/sh', '-c', `exec ${lines[strategy]}`], env: world.env }),
  };
}

/** The same with one more environment variable. */
export function withSetting(
  { command, env }: Implementation,
  variable: string,
  value: string,
): Implementation {
  return { command, env: { ...env, [variable]: value } };
}
