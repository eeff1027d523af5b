#!/usr/bin/env node
// In a published package there is only dist; in a clone the source runs as it is, whatever was built before.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = new URL('../src/secrets-manager/cli/run-cli.ts', import.meta.url);
const built = new URL('../dist/esm/secrets-manager/cli/run-cli.js', import.meta.url);

if (existsSync(fileURLToPath(source))) {
  const { register } = await import('tsx/esm/api');
  register();
  const { runCli } = await import(source.href);
  await runCli(process.argv);
} else {
  const { runCli } = await import(built.href);
  await runCli(process.argv);
}
