#!/usr/bin/env node
// In a published package there is only dist; in a clone the source runs as it is, whatever was built before.
// Required and not imported: for an import, Node first loads what finds the exports of CommonJS.
import { existsSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../src', import.meta.url));
const { runCli } = existsSync(source)
  ? await fromSource()
  : createRequire(import.meta.url)('../dist/bin/run-cli.cjs');
await runCli(process.argv);

async function fromSource() {
  const { bundleCommand, commandFile } = await import('../../../scripts/build/bundle-command.mjs');
  const bundled = new Module(commandFile);
  bundled.filename = commandFile;
  bundled.paths = Module._nodeModulePaths(commandFile);
  bundled._compile(bundleCommand({ write: false }), commandFile);
  return bundled.exports;
}
