// Bundles the ready Lambda functions, straight from the sources of all packages.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../files/replace-file.cjs';
import { build } from 'esbuild';
import { thirdPartyNotices } from './third-party-notices.mjs';
import { root } from './workspace.mjs';

const lambdaEntry = join(root, 'packages', 'lambda-entry');

export const functions = ['redshift-single-user', 'redshift-alternating-users'];

/**
 * The clients of Amazon Redshift's own services, in a file beside `index.js` that is loaded only where a superuser
 * secret has to be found by its tag. The sources import it under the same relative name. A single user has none.
 */
export const API_FILE = 'redshift-api.js';
const apiEntry = join(root, 'packages', 'adapters-aws', 'src', 'endpoints', 'redshift-api.ts');
const hasApiFile = (name) => name === 'redshift-alternating-users';

/** What every folder with bundled code has beside it: keyturn's license, and those of the packages within. */
const LICENSE = 'LICENSE';
const NOTICES = 'THIRD-PARTY-NOTICES.txt';

export const bundleDirectory = (name) => join(lambdaEntry, 'dist', 'lambda', name);

/** How everything for Lambda is bundled. */
export const bundleOptions = {
  write: false,
  absWorkingDir: root,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // ES modules wherever there are some: unused exports go, which is a quarter of the size. Setting any condition
  // drops esbuild's own "module", so it is named here.
  conditions: ['@keyturn/source', 'module'],
  mainFields: ['module', 'main'],
  external: ['pg-native', `./${API_FILE}`],
  // As require(): import() of a built-in module reads all of its exports, and node:http has some that load undici.
  supported: { 'dynamic-import': false },
  legalComments: 'none',
  logLevel: 'error',
};

const standIn = (name) => join(root, 'scripts', 'build', 'stand-ins', name);

/** What the bundles of this repository need not bring along; docs/benchmarks.md has what each saves. */
const leftOut = {
  '@aws-sdk/credential-provider-ini': standIn('profile-credentials.mjs'),
  '@aws-sdk/credential-provider-process': standIn('profile-credentials.mjs'),
  '@aws-sdk/credential-provider-sso': standIn('profile-credentials.mjs'),
  '@aws-sdk/credential-provider-web-identity': standIn('web-identity-credentials.mjs'),
  'pg-connection-string': standIn('unused-by-the-client.cjs'),
  'pg-pool': standIn('unused-by-the-client.cjs'),
  pgpass: standIn('unused-by-the-client.cjs'),
  'reflect-metadata': standIn('no-metadata.mjs'),
};

/** The same for a file within a package, which an alias cannot name. */
const noSharedFiles = {
  name: 'no-shared-files',
  setup({ onLoad, onEnd }) {
    let replaced = false;
    onLoad({ filter: /shared-ini-file-loader[\\/]loadSharedConfigFiles\.js$/ }, () => {
      replaced = true;
      return { contents: readFileSync(standIn('no-shared-files.mjs'), 'utf8') };
    });
    onEnd(() =>
      replaced ? {} : { errors: [{ text: 'the AWS SDK has moved what it reads files with' }] },
    );
  },
};

/**
 * Writes the folder of a function.
 *
 * @returns its path, the size of `index.js`, and that of the file with the Redshift clients where it has one
 * @throws Error when an entry is missing or does not bundle
 */
export async function bundleFunction(name) {
  const entry = join(lambdaEntry, 'src', 'lambda', `${name}.ts`);
  if (!existsSync(entry)) {
    throw new Error(`packages/lambda-entry/src/lambda/${name}.ts does not exist`);
  }
  const directory = bundleDirectory(name);
  const index = await bundleFile(entry);
  const api = hasApiFile(name) ? await bundleFile(apiEntry) : undefined;
  const inputs = [...new Set([...index.inputs, ...(api?.inputs ?? [])])];
  const notices = thirdPartyNotices(root, inputs);
  mkdirSync(directory, { recursive: true });
  // Before the file that may load it.
  if (api) replaceFile(join(directory, API_FILE), api.contents);
  replaceFile(join(directory, 'index.js'), index.contents);
  // Whatever package.json is above it, in a clone or in a user's repository, this folder is CommonJS.
  replaceFile(join(directory, 'package.json'), '{ "type": "commonjs" }\n');
  replaceFile(join(directory, LICENSE), readFileSync(join(root, LICENSE)));
  replaceFile(join(directory, NOTICES), notices);
  return { directory, bytes: index.contents.length, apiBytes: api?.contents.length };
}

async function bundleFile(entry) {
  const { metafile, outputFiles } = await build({
    entryPoints: [entry],
    ...bundleOptions,
    alias: leftOut,
    plugins: [noSharedFiles],
    metafile: true,
  });
  return { contents: outputFiles[0].contents, inputs: Object.keys(metafile.inputs) };
}
