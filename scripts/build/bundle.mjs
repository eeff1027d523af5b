// Bundles the ready Lambda functions, straight from the sources of all packages.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { thirdPartyNotices } from './third-party-notices.mjs';
import { root } from './workspace.mjs';

const lambdaEntry = join(root, 'packages', 'lambda-entry');

export const functions = ['redshift-single-user', 'redshift-alternating-users'];

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
  external: ['pg-native'],
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

/** @throws Error when an entry is missing or does not bundle */
export async function bundleFunction(name) {
  const entry = join(lambdaEntry, 'src', 'lambda', `${name}.ts`);
  if (!existsSync(entry)) {
    throw new Error(`packages/lambda-entry/src/lambda/${name}.ts does not exist`);
  }
  const directory = bundleDirectory(name);
  const { metafile, outputFiles } = await build({
    entryPoints: [entry],
    outfile: join(directory, 'index.js'),
    ...bundleOptions,
    alias: leftOut,
    plugins: [noSharedFiles],
    metafile: true,
  });
  const [bundle] = outputFiles;
  const inputs = Object.keys(metafile.inputs);
  mkdirSync(directory, { recursive: true });
  replaceFile(join(directory, 'index.js'), bundle.contents);
  // Whatever package.json is above it, in a clone or in a user's repository, this folder is CommonJS.
  replaceFile(join(directory, 'package.json'), '{ "type": "commonjs" }\n');
  replaceFile(join(directory, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices(root, inputs));
  return { directory, bytes: bundle.contents.length };
}

/** Whole at any moment, as tests may load a bundle while others build it again. */
function replaceFile(file, contents) {
  const written = `${file}.${process.pid}`;
  writeFileSync(written, contents);
  renameSync(written, file);
}
