// `npm run demo`: a whole rotation of each strategy, watched. `-- --json` prints one JSON document instead.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { makeJsonVisible, makeVisible } from '@keyturn/core';
import { runScenario, type Audience } from './scenario.js';
import { textAudience } from './show-text.js';

const json = process.argv.includes('--json');
const root = process.cwd();

async function main(): Promise<boolean> {
  const text = textAudience(process.stdout, process.stderr);
  const silent = (): void => undefined;
  const audience: Audience = json ? { ...text, starts: silent, step: silent, ends: silent } : text;
  audience.progress('Building the two Lambda functions');
  const build = spawnSync(process.execPath, ['scripts/build.mjs', '--bundles-only'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (build.status !== 0)
    throw new Error('the functions could not be built; the lines above say why');
  const bundles = (name: string): string => join(root, 'packages/lambda-entry/dist/lambda', name);
  const rotations = await runScenario(bundles, audience);
  const ok = rotations.every(({ proofs }) => proofs.every((proof) => proof.ok));
  if (json)
    process.stdout.write(`${makeJsonVisible(JSON.stringify({ ok, rotations }, undefined, 2))}\n`);
  else process.stdout.write(`\n${ok ? 'Everything was proved.' : 'Something was NOT proved.'}\n`);
  return ok;
}

main().then(
  (ok) => {
    process.exitCode = ok ? 0 : 1;
  },
  (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    console.error(`The demo failed: ${makeVisible(reason)}`);
    if (json) process.stdout.write(`${JSON.stringify({ ok: false, rotations: [] })}\n`);
    process.exitCode = 1;
  },
);
