// Checks what `npm run build` made, the way users get it: packed, and installed into an empty project.
//
//   node scripts/check-packages.mjs            checks everything
//   node scripts/check-packages.mjs --update   also writes each package's api-surface.txt
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleDirectory, functions } from './build/bundle.mjs';
import { publishedPackages } from './build/workspace.mjs';
import { checkApiSurface } from './check-packages/api-surface.mjs';
import { checkArtefact } from './check-packages/artefact.mjs';
import {
  checkBundleLoads,
  checkEntriesLoad,
  checkRedshiftClientsLoad,
  installConsumer,
} from './check-packages/consumer.mjs';
import { checkNamesAreUnique } from './check-packages/one-name-once.mjs';
import {
  checkManifest,
  checkPublishedExports,
  checkTypes,
  pack,
} from './check-packages/tarball.mjs';
import { checkCommand, checkVitest } from './check-packages/local-service.mjs';
import { checkInstalledAlone } from './check-packages/small-install.mjs';
import { untar } from './pnpm/untar.mjs';

const update = process.argv.includes('--update');
const scratch = mkdtempSync(join(tmpdir(), 'keyturn-check-packages-'));

const failures = [];
async function check(what, perform) {
  try {
    const result = await perform();
    console.log(`ok      ${what}`);
    return result;
  } catch (error) {
    failures.push(what);
    console.log(`FAILED  ${what}\n${error instanceof Error ? error.message : error}`);
  }
}

async function main() {
  const packages = publishedPackages();
  await check('all: no two types of one name', () => checkNamesAreUnique(packages));
  const tarballs = {};
  for (const found of packages) {
    const { name, manifest } = found;
    await check(`${name}: published exports`, () => checkPublishedExports(found));
    const tarball = await check(`${name}: packs`, () => pack(found, scratch));
    if (!tarball) continue;
    tarballs[manifest.name] = tarball;
    const unpacked = join(scratch, `${name}-unpacked`);
    untar(readFileSync(tarball), unpacked);
    await check(`${name}: license, notices, source maps`, () => checkArtefact(unpacked));
    await check(`${name}: manifest (publint)`, () => checkManifest(found, tarball));
    await check(`${name}: types (attw)`, () => checkTypes(found, tarball));
    await check(`${name}: public surface`, () => checkApiSurface(found, { update, scratch }));
  }

  for (const name of functions) {
    const copy = join(scratch, name);
    await check(`${name}: license, notices, source maps`, () =>
      checkArtefact(bundleDirectory(name), { bundled: true }),
    );
    await check(`${name}: loads alone`, () => checkBundleLoads(bundleDirectory(name), copy));
  }

  if (Object.keys(tarballs).length < packages.length) return;
  const consumer = join(scratch, 'consumer');
  await check('all: install into an empty project', () => installConsumer(tarballs, consumer));
  await check('all: import and require', () => checkEntriesLoad(packages, consumer));
  await check('local-secrets-manager: command', () => checkCommand(consumer));
  await check('local-secrets-manager: installs commander and no more', () => {
    const alone = join(scratch, 'alone');
    checkInstalledAlone('@keyturn/local-secrets-manager', tarballs, ['commander'], alone);
    return checkCommand(alone);
  });
  await check('local-secrets-manager: Vitest', () => checkVitest(consumer, scratch));
  await check('adapters-aws: loads its Redshift clients when it needs them', () =>
    checkRedshiftClientsLoad(consumer),
  );
}

try {
  await main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (failures.length > 0) {
  console.error(`${failures.length} failed: ${failures.join('; ')}`);
  process.exitCode = 1;
}
