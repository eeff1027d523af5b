// The packages of this workspace, as their manifests describe them.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The folders of all packages that are published, each after those it depends on. */
export function publishedPackages() {
  const all = readdirSync(join(root, 'packages'))
    .map((name) => ({ name, directory: join(root, 'packages', name) }))
    .filter(({ directory }) => existsSync(join(directory, 'package.json')))
    .map((found) => ({ ...found, manifest: readManifest(found.directory) }))
    .filter(({ manifest }) => !manifest.private);

  const ordered = [];
  const visit = (current) => {
    if (ordered.includes(current)) return;
    // Dev dependencies are left out: core is tested with the testkit, which is built on core.
    for (const dependency of Object.keys(current.manifest.dependencies ?? {})) {
      const neighbour = all.find(({ manifest }) => manifest.name === dependency);
      if (neighbour) visit(neighbour);
    }
    ordered.push(current);
  };
  all.forEach(visit);
  return ordered;
}

/** The subpaths that code is imported from: not data files, not the manifest. */
export function codeEntries(manifest) {
  return Object.entries(manifest.exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([subpath, target]) => ({ subpath, target }));
}

export function readManifest(directory) {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
}
