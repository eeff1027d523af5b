// A project that has nothing but what a user has: the tarballs, and npm.
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { API_FILE } from '../build/bundle.mjs';
import { codeEntries } from '../build/workspace.mjs';
import { run } from './run.mjs';

/**
 * Installs the tarballs, as a map from package name to path, into a new project in `folder`, with nothing more than
 * docs/install.md tells a user to do.
 */
export function installConsumer(tarballs, folder) {
  const dependencies = Object.fromEntries(
    Object.entries(tarballs).map(([name, file]) => [name, `file:${file}`]),
  );
  mkdirSync(folder);
  const manifest = { name: 'consumer', private: true, dependencies };
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

/**
 * Imports and requires the adapter of AWS, and has it look up a server: only then are its Redshift clients loaded,
 * which nobody answers here.
 *
 * @throws Error unless the clients load both ways
 */
export function checkRedshiftClientsLoad(folder) {
  const lookUp = `
    const tags = new Map([['aws:redshift:primaryclusterarn', 'arn:aws:redshift:us-east-1:1:cluster:shop']]);
    const clientConfig = { maxAttempts: 1, credentials: { accessKeyId: 'any', secretAccessKey: 'any' } };
    process.env.AWS_ENDPOINT_URL_REDSHIFT = 'http://127.0.0.1:1';
    new RedshiftEndpoints({ clientConfig })
      .locate({ tags, preferred: { host: 'db.example', port: 5439 }, timeoutMs: 10_000 })
      .catch(({ message }) => console.log(message));
  `;
  const name = '@keyturn/adapters-aws';
  for (const [type, load] of [
    ['module', `import { RedshiftEndpoints } from '${name}';`],
    ['commonjs', `const { RedshiftEndpoints } = require('${name}');`],
  ]) {
    const said = evaluate(type, load + lookUp, folder);
    if (!said.includes('ECONNREFUSED')) throw new Error(`${type}: ${said}`);
  }
}

/** @throws Error unless the bundle loads where nothing else is, and has a handler */
export function checkBundleLoads(directory, folder) {
  cpSync(directory, folder, { recursive: true });
  const type = evaluate('commonjs', `console.log(typeof require('./index.js').handler)`, folder);
  if (type.trim() !== 'function') {
    throw new Error(`${directory}/index.js exports no function named handler, but: ${type}`);
  }
  if (!existsSync(join(folder, API_FILE))) return;
  const names = evaluate(
    'commonjs',
    `console.log(Object.keys(require('./${API_FILE}')).sort().join())`,
    folder,
  );
  if (names.trim() !== 'readCluster,readNamespace') {
    throw new Error(`${directory}/${API_FILE} exports ${names}`);
  }
}

function evaluate(type, code, cwd) {
  return run(process.execPath, [`--input-type=${type}`, '--eval', code], cwd);
}
