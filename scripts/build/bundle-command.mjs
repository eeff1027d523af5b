// Bundles the command keyturn-secrets-manager into one file, which Node loads in half the time of fifty.
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { thirdPartyNotices } from './third-party-notices.mjs';
import { root } from './workspace.mjs';

const home = join(root, 'packages', 'local-secrets-manager');

export const commandFile = join(home, 'dist', 'bin', 'run-cli.cjs');

/**
 * Straight from the sources; what is in node_modules stays there.
 *
 * @returns {string} the code, which is also written where `write` is true
 * @throws Error when it does not bundle, or has other people's code in it
 */
export function bundleCommand({ write }) {
  const { outputFiles, metafile } = buildSync({
    entryPoints: [join(home, 'src', 'cli', 'run-cli.ts')],
    outfile: commandFile,
    write,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'error',
    metafile: true,
  });
  if (thirdPartyNotices(root, Object.keys(metafile.inputs)) !== '') {
    throw new Error(`${commandFile} has other people's code in it, and no notices beside it`);
  }
  return outputFiles?.[0]?.text ?? '';
}
