// Unpacks what `npm pack` downloads, with nothing but Node: setup runs before anything is installed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { gunzipSync } from 'node:zlib';

const BLOCK = 512;

/**
 * Writes the regular files of a package below `folder`, without the folder that every npm tarball has around them.
 *
 * @param {Buffer} tarball
 * @param {string} folder
 * @throws Error for an entry that is no regular file or folder, or that leads out of `folder`
 */
export function untar(tarball, folder) {
  const bytes = gunzipSync(tarball);
  let longPath;
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0;) {
    const header = bytes.subarray(at, at + BLOCK);
    const size = Number.parseInt(text(header, 124, 12), 8);
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    const type = text(header, 156, 1);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (type === 'g') continue;
    if (type === 'x') {
      longPath = /^\d+ path=(.*)$/m.exec(content.toString('utf8'))?.[1];
      continue;
    }
    const path =
      longPath ?? [text(header, 345, 155), text(header, 0, 100)].filter(Boolean).join('/');
    longPath = undefined;
    if (type === '5') continue;
    if (type !== '0' && type !== '') throw new Error(`${path} in the tarball is no regular file`);
    const file = join(folder, path.slice(path.indexOf('/') + 1));
    if (!resolve(file).startsWith(resolve(folder) + sep)) throw new Error(`${path} leads outside`);
    mkdirSync(dirname(file), { recursive: true });
    const executable = Number.parseInt(text(header, 100, 8), 8) & 0o100;
    writeFileSync(file, content, { flag: 'wx', mode: executable ? 0o755 : 0o644 });
  }
}

function text(header, start, length) {
  const field = header.toString('utf8', start, start + length);
  return field.split('\0', 1)[0].trim();
}
