// Makes a tarball of every published package in one folder, and says how to install them.
//
//   npm run pack                  into packs/
//   npm run pack -- some/folder   into another folder
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { publishedPackages, root } from './build/workspace.mjs';

const folder = resolve(process.argv[2] ?? join(root, 'packs'));

// In processes of their own: the first makes what the others import.
for (const script of ['setup.mjs', 'build.mjs']) {
  execFileSync(process.execPath, [join(root, 'scripts', script)], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
}
const { pack } = await import('./check-packages/tarball.mjs');
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) {
  if (/^keyturn-.*\.tgz$/.test(name)) rmSync(join(folder, name));
}
const tarballs = publishedPackages().map((found) => basename(pack(found, folder)));

const shown = relative(process.cwd(), folder) || '.';
console.log(tarballs.map((name) => join(shown, name)).join('\n'));
console.log(`\nIn your project: npm install ${join(folder, 'keyturn-*.tgz')}`);
