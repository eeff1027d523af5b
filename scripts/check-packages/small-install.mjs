// What one package brings along where it is installed by itself, as `npx --package` does.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installConsumer } from './consumer.mjs';

/**
 * Installs one of the tarballs, as a map from package name to path, into a new project in `folder`.
 *
 * @throws Error unless exactly `expected` comes along
 */
export function checkInstalledAlone(name, tarballs, expected, folder) {
  installConsumer({ [name]: tarballs[name] }, folder);
  const lock = JSON.parse(readFileSync(join(folder, 'node_modules', '.package-lock.json'), 'utf8'));
  const others = Object.keys(lock.packages)
    .map((path) => path.split('node_modules/').at(-1))
    .filter((installed) => installed !== name);
  if (others.sort().join() !== [...expected].sort().join()) {
    throw new Error(`${name} brings along ${others.join(', ') || 'nothing'}`);
  }
}
