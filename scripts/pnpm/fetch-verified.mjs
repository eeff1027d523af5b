// Downloads one exact package with the npm client and its configured registry, and unpacks it only if its hash is right.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { untar } from './untar.mjs';

/**
 * Safe to repeat, and for two processes at once.
 *
 * @param {{ package: string, version: string, integrity: string }} pinned `integrity` as lock files have it
 * @param {string} folder comes into being only with the verified content
 * @throws Error when the package cannot be had or is another one; then nothing of it was unpacked or run
 */
export function fetchVerified(pinned, folder) {
  if (existsSync(folder)) return;
  const scratch = `${folder}.${process.pid}`;
  mkdirSync(scratch, { recursive: true });
  try {
    const tarball = download(`${pinned.package}@${pinned.version}`, scratch);
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    if (integrity !== pinned.integrity) {
      throw new Error(
        `The registry served a ${pinned.package}@${pinned.version} that is not the pinned one, and nothing of it was run.\n` +
          `  pinned: ${pinned.integrity}\n  served: ${integrity}\n` +
          'Ask whoever runs the registry why, before anything else is installed from it.',
      );
    }
    const unpacked = join(scratch, 'unpacked');
    untar(tarball, unpacked);
    try {
      renameSync(unpacked, folder);
    } catch (error) {
      // Another process was faster.
      if (!existsSync(folder)) throw error;
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function download(spec, folder) {
  // npm's own settings reach this process through the environment: `npm run --silent` would hide why it fails.
  const options = ['--prefer-offline', '--ignore-scripts', '--loglevel=error'];
  const [program, ...start] = npmClient();
  const args = [...start, 'pack', spec, '--pack-destination', folder, ...options];
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const file = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (error || status !== 0 || !file) {
    throw new Error(
      `npm could not download ${spec}${error ? `: ${error.message}` : '; the lines above say why'}. ` +
        'The npm registry has to be reachable once.',
    );
  }
  return readFileSync(join(folder, file));
}

/** npm as a script of this Node, since a shell would have to be asked for npm.cmd on Windows. */
function npmClient() {
  const running = process.env.npm_execpath;
  const beside = dirname(process.execPath);
  const script = [
    ...(running && basename(running) === 'npm-cli.js' ? [running] : []),
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ].find((file) => existsSync(file));
  return script ? [process.execPath, script] : ['npm'];
}
