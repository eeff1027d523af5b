// How large the Lambda bundles are, beside a bundle of nothing but the AWS SDK's client and pg.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { build } from 'esbuild';
import { API_FILE, bundleDirectory, bundleFunction, bundleOptions, functions } from './bundle.mjs';
import { root } from './workspace.mjs';

// The client with the five commands that a rotation needs, and the database driver.
const BARE = `
  export {
    DescribeSecretCommand, GetSecretValueCommand, ListSecretVersionIdsCommand, PutSecretValueCommand,
    SecretsManagerClient, UpdateSecretVersionStageCommand,
  } from '@aws-sdk/client-secrets-manager';
  export { Client } from 'pg';
`;

// What a zip file adds to each entry (two headers, its name in both) and at its end.
const zipOverhead = (name) => 30 + 46 + 2 * name.length;
const ZIP_END = 22;

/**
 * The file with the Redshift clients is counted apart: no rotation loads it whose superuser secret has a host.
 *
 * @typedef {{ bytes: number, zip: number }} Size `zip` is that of a zip file with nothing else in it
 * @returns {Promise<{ bare: number, functions: (Size & { name: string, api?: Size })[] }>} `zip` of a function is
 * its folder without that file: `index.js`, `package.json` and the notices of all packages, those of the clients too
 */
export async function measureBytes() {
  const measured = [];
  for (const name of functions) {
    const { bytes, apiBytes } = await bundleFunction(name);
    const directory = bundleDirectory(name);
    const ordinary = readdirSync(directory).filter((file) => file !== API_FILE);
    const api = apiBytes && { bytes: apiBytes, zip: zipSize(directory, [API_FILE]) };
    measured.push({ name, bytes, zip: zipSize(directory, ordinary), ...(api && { api }) });
  }
  return { bare: await bareBytes(), functions: measured };
}

async function bareBytes() {
  // Beside a package that has the SDK, and one that has pg.
  const sizes = await build({
    ...bundleOptions,
    stdin: { contents: BARE, resolveDir: join(root, 'tools', 'demo'), loader: 'ts' },
  });
  return sizes.outputFiles[0].contents.length;
}

function zipSize(directory, files) {
  return files.reduce((sum, name) => {
    const packed = deflateRawSync(readFileSync(join(directory, name)), { level: 9 });
    return sum + packed.length + zipOverhead(name);
  }, ZIP_END);
}
