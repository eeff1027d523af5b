// One package as users get it.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { codeEntries, root } from '../build/workspace.mjs';
import { verifiedPnpm } from '../pnpm.mjs';
import { run } from './run.mjs';

const require = createRequire(import.meta.url);
const attw = join(require.resolve('@arethetypeswrong/cli/package.json'), '..', 'dist', 'index.js');

/** Packs a package into `folder` and gives the path of its tarball. */
export function pack({ name, directory }, folder) {
  if (!existsSync(join(directory, 'dist', 'esm'))) {
    throw new Error(`packages/${name} is not built: npm run build comes first`);
  }
  const [program, ...start] = verifiedPnpm().command;
  const args = [...start, '--dir', directory, 'pack', '--json', '--pack-destination', folder];
  return JSON.parse(run(program, args, root)).filename;
}

/** @throws Error unless users get the exports of this repository, less the way to the sources */
export function checkPublishedExports({ name, manifest }) {
  const wanted = structuredClone(manifest.exports);
  for (const { subpath } of codeEntries(manifest)) delete wanted[subpath]['@keyturn/source'];
  if (!isDeepStrictEqual(manifest.publishConfig?.exports, wanted)) {
    throw new Error(
      `packages/${name}/package.json: publishConfig.exports has to be exports without "@keyturn/source":\n` +
        JSON.stringify(wanted, null, 2),
    );
  }
}

/** @throws Error with what publint has to say, suggestions included */
export async function checkManifest({ name }, tarball) {
  const { buffer, byteOffset, byteLength } = readFileSync(tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: buffer.slice(byteOffset, byteOffset + byteLength) },
    strict: true,
  });
  const complaints = messages.map((message) => formatMessage(message, pkg));
  if (complaints.length > 0) throw new Error(`publint on ${name}:\n${complaints.join('\n')}`);
}

/** @throws Error with a table, if the types of an entry do not fit what is loaded */
export function checkTypes({ manifest }, tarball) {
  const entries = codeEntries(manifest).map(({ subpath }) => subpath);
  // Resolution as Node had it before `exports` is left out: it knows no subpaths.
  run(process.execPath, [attw, tarball, '--profile', 'node16', '--entrypoints', ...entries], root);
}
