import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { packageRoot } from '#location';

/** What has to be gone once this process is gone: a server's folder, or a container by its label. */
export type KeptThing = { readonly directory: string } | { readonly label: string };

/**
 * Has a small process of its own remove `thing` should this process end without doing so, however it ends.
 *
 * @returns calls that off, for the ordinary way out; safe to repeat
 */
export function keepUntilExit(thing: KeptThing): () => void {
  const keeper = spawn(
    process.execPath,
    [join(packageRoot, 'runtime', 'keeper.mjs'), JSON.stringify(thing)],
    // Detached, so that Ctrl-C in a terminal does not reach it too.
    { stdio: ['pipe', 'ignore', 'ignore'], detached: true, windowsHide: true },
  );
  keeper.on('error', () => undefined);
  keeper.unref();
  (keeper.stdin as Socket).unref();
  return () => void keeper.kill('SIGKILL');
}
