// Bundles the ready Lambda functions, straight from the sources of all packages.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { thirdPartyNotices } from './third-party-notices.mjs';
import { root } from './workspace.mjs';

const lambdaEntry = join(root, 'packages', 'lambda-entry');

export const functions = ['redshift-single-user', 'redshift-alternating-users'];

export const bundleDirectory = (name) => join(lambdaEntry, 'dist', 'lambda', name);

/** @throws Error when an entry is missing or does not bundle */
export async function bundleFunction(name) {
  const entry = join(lambdaEntry, 'src', 'lambda', `${name}.ts`);
  if (!existsSync(entry)) {
    throw new Error(`packages/lambda-entry/src/lambda/${name}.ts does not exist`);
  }
  const directory = bundleDirectory(name);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: join(directory, 'index.js'),
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
    legalComments: 'none',
    metafile: true,
    logLevel: 'error',
  });
  // Whatever package.json is above it, in a clone or in a user's repository, this folder is CommonJS.
  writeFileSync(join(directory, 'package.json'), '{ "type": "commonjs" }\n');
  const inputs = Object.keys(metafile.inputs);
  writeFileSync(join(directory, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices(root, inputs));
  return { directory, bytes: Object.values(metafile.outputs)[0].bytes, inputs };
}
