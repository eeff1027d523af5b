// A project that has nothing but what a user has: the tarballs, and npm.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeEntries } from '../build/workspace.mjs';
import { run } from './run.mjs';

/** Installs the tarballs, as a map from package name to path, into a new project in `folder`. */
export function installConsumer(tarballs, folder) {
  const dependencies = Object.fromEntries(
    Object.entries(tarballs).map(([name, file]) => [name, `file:${file}`]),
  );
  // Their dependencies on each other mean these tarballs too, not what a registry has under their version.
  const overrides = Object.fromEntries(Object.keys(tarballs).map((name) => [name, `$${name}`]));
  mkdirSync(folder);
  const manifest = { name: 'consumer', private: true, dependencies, overrides };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  // Optional dependencies are the Postgres binaries; that nothing needs them to load is part of the check.
  run(
    'npm',
    ['install', '--prefer-offline', '--ignore-scripts', '--omit=optional', ...quiet],
    folder,
  );
}

/**
 * Imports and requires every public entry, each in a process of its own.
 *
 * @throws Error when one does not load, exports nothing, or the two ways give different names
 */
export function checkEntriesLoad(packages, folder) {
  for (const { manifest } of packages) {
    for (const { subpath } of codeEntries(manifest)) {
      const specifier = manifest.name + subpath.slice(1);
      const names = 'Object.keys(loaded).filter((name) => name !== "default").sort().join()';
      const imported = evaluate(
        'module',
        `import * as loaded from '${specifier}'; console.log(${names})`,
        folder,
      );
      const required = evaluate(
        'commonjs',
        `const loaded = require('${specifier}'); console.log(${names})`,
        folder,
      );
      if (imported !== required || imported.trim() === '') {
        throw new Error(`${specifier} exports\n  by import:  ${imported}  by require: ${required}`);
      }
    }
  }
}

/** @throws Error unless the bundle loads where nothing else is, and has a handler */
export function checkBundleLoads(directory, folder) {
  cpSync(directory, folder, { recursive: true });
  const type = evaluate('commonjs', `console.log(typeof require('./index.js').handler)`, folder);
  if (type.trim() !== 'function') {
    throw new Error(`${directory}/index.js exports no function named handler, but: ${type}`);
  }
}

function evaluate(type, code, cwd) {
  return run(process.execPath, [`--input-type=${type}`, '--eval', code], cwd);
}
